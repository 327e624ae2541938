"""What the gateway takes and what it refuses, before any function has a say."""

import http.client
import json
import socket
import uuid
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.api.conftest import DERIVED, Site
from tests.support.admitting import nothing_changes
from tests.support.asking import pointers, refused
from tests.support.servers import client_of

NOWHERE = "00000000-0000-4000-8000-000000000000"


def admission(site: Site, **members: Any) -> dict[str, Any]:
    return {
        "leadId": site.school["fresh"],
        "courseId": site.school["violin"],
        "coursePlanId": site.school["violin_4"],
        "startDate": "2027-03-01",
        "timeSlotIds": [site.school["friday"]],
        **members,
    }


def lead(site: Site, **members: Any) -> dict[str, Any]:
    return {
        "name": "Lea",
        "stageId": site.school["stage_new"],
        "followUpDate": "2027-03-02",
        "phone": "0171 1",
        **members,
    }


def test_refusals_come_in_the_order_of_the_contract(site: Site) -> None:
    ada, tom, sam, nobody = (site.client(p) for p in ("ada", "tom", "sam", None))
    with nothing_changes(site.db, but=DERIVED):
        # 401 before 400, 403, 404, 405 of the same request
        expired = client_of(site.url, "expired")
        for client in (nobody, expired):
            for method, path, body in (
                ("POST", "/v1/admissions", b"{"),
                ("POST", "/v1/instruments", b'{"name": 1}'),
                ("GET", "/v1/admissions/no-uuid", b""),
                ("PATCH", f"/v1/courses/{NOWHERE}", b'{"name": null, "x": 1}'),
                ("POST", "/v1/auth/password", b"[]"),
                ("GET", "/v1/leads?limit=0", b""),
                ("POST", "/v1/leads/import", b'"'),
            ):
                refused(client.request(method, path, content=body), 401, "unauthenticated")
        expired.close()
        # 400 before 403, 404 and 422
        refused(tom.post("/v1/instruments", json={"name": 1}), 400, "invalid_request")
        refused(tom.patch(f"/v1/courses/{NOWHERE}", json={"x": 1}), 400, "invalid_request")
        refused(
            ada.post("/v1/admissions", json=admission(site, courseId=NOWHERE, leadId=7)),
            400,
            "invalid_request",
        )
        # 403 before 404, unknown_reference and 412, also for a path id that is no UUID
        stale = {"If-Match": '"99"'}
        for id_ in (NOWHERE, "no-uuid"):
            answer = tom.patch(f"/v1/courses/{id_}", json={"name": "x"}, headers=stale)
            refused(answer, 403, "forbidden")
        refused(
            tom.post("/v1/admissions", json=admission(site, courseId=NOWHERE)), 403, "forbidden"
        )
        # 404 before 412, and before a reference that does not exist
        answer = ada.patch(f"/v1/courses/{NOWHERE}", json={"instrumentId": NOWHERE}, headers=stale)
        refused(answer, 404, "not_found")
        refused(ada.patch("/v1/courses/no-uuid", json={}, headers=stale), 404, "not_found")
        refused(
            sam.patch(f"/v1/leads/{site.school['sues']}", json={"name": "x"}, headers=stale),
            404,
            "not_found",
        )
        # unknown_reference before state and rules: a converted lead, a wrong number of slots
        problem = refused(
            ada.post(
                "/v1/admissions",
                json=admission(
                    site, leadId=site.school["sams"], courseId=NOWHERE, startDate="2020-01-01"
                ),
            ),
            422,
            "unknown_reference",
        )
        assert "/courseId" in pointers(problem)
        # 412 before state (the course is in use)
        answer = ada.delete(f"/v1/courses/{site.school['violin']}", headers=stale)
        refused(answer, 412, "version_mismatch")
        refused(ada.delete(f"/v1/courses/{site.school['violin']}"), 409, "in_use")
        # state before rules, rules before conflicts
        wrong_count = [site.school["monday"], site.school["friday"]]
        refused(
            ada.post(
                "/v1/admissions",
                json=admission(site, leadId=site.school["sams"], timeSlotIds=wrong_count),
            ),
            409,
            "lead_already_converted",
        )
        full = [site.school["wednesday"], site.school["friday"]]
        problem = refused(
            ada.post("/v1/admissions", json=admission(site, timeSlotIds=full)),
            422,
            "slot_count_mismatch",
        )
        assert [c["code"] for c in problem["conflicts"]] == ["slot_count_mismatch", "slot_full"]


def test_a_body_must_be_one_strict_json_object(site: Site) -> None:
    ada = site.client("ada")
    json_type = {"Content-Type": "application/json"}
    bodies = {
        "malformed": b'{"name": ',
        "not JSON": b"name=x",
        "trailing": b'{"name": "a"} {}',
        "trailing comma": b'{"name": "a",}',
        "single quotes": b"{'name': 'a'}",
        "comment": b'{"name": "a" /* */}',
        "list": b'["name"]',
        "string": b'"name"',
        "number": b"7",
        "null": b"null",
        "duplicate": b'{"name": "a", "name": "b"}',
        "duplicate, escaped": b'{"name": "a", "na\\u006de": "b"}',
        "NaN": b'{"name": NaN}',
        "Infinity": b'{"name": Infinity}',
        "-Infinity": b'{"name": -Infinity}',
        "1e400": b'{"name": 1e400}',
        "not UTF-8": b'{"name": "\xff"}',
        "UTF-16": '{"name": "a"}'.encode("utf-16"),
        "BOM": b'\xef\xbb\xbf{"name": "a"}',
        "overlong": b'{"name": "\xc0\x80"}',
        "surrogate in UTF-8": b'{"name": "\xed\xa0\x80"}',
        "NUL": b'{"name": "\\u0000"}',
        "raw NUL": b'{"name": "\x00"}',
        "lone surrogate": b'{"name": "\\ud800"}',
        "half a pair": b'{"name": "a\\udc00b"}',
        "surrogate in a name": b'{"\\ud800": 1}',
        "NUL in a name": b'{"n\\u0000": 1}',
        "deep list": b'{"name": ' + b"[" * 5000 + b"]" * 5000 + b"}",
        "deep object": b'{"a":' * 5000 + b"1" + b"}" * 5000,
        "endless depth": b'{"name": ' + b"[" * 100_000,
        "control character": b'{"name": "a\nb"}',
        "thousands of digits": b'{"name": ' + b"9" * 5000 + b"}",
        "empty": b"",
        "blank": b" \n",
        "unknown": b'{"name": "a", "__proto__": {}}',
        "internal": b'{"name": "a", "ifMatch": 1}',
        "snake case": b'{"name": "a", "p_name": "b"}',
        "wrong type": b'{"name": 5}',
        "null for a required one": b'{"name": null}',
        "too short": b'{"name": ""}',
        "blank text": b'{"name": "   "}',
        "too long": json.dumps({"name": "x" * 201}).encode(),
    }
    with nothing_changes(site.db):
        for what, body in bodies.items():
            answer = ada.post("/v1/instruments", content=body, headers=json_type)
            assert answer.status_code == 400, (what, answer.text)
            refused(answer, 400, "invalid_request")
        problem = refused(
            ada.post("/v1/instruments", json={"nam": 1, "Name": 2}), 400, "invalid_request"
        )
        assert pointers(problem) == ["/Name", "/nam", "/name"], "every error is told at once"
    # what is unusual and yet valid
    for n, name in enumerate(("Bağlama 🪕", "é", "'; drop table school.leads; --", "%_\\", "{}")):
        body = json.dumps({"name": name}, ensure_ascii=bool(n % 2)).encode()
        answer = ada.post("/v1/instruments", content=b" \t\n" + body + b"\r\n", headers=json_type)
        assert answer.status_code == 201, answer.text
        assert answer.json()["name"] == name


def test_values_outside_their_schema_are_refused_with_their_pointer(site: Site) -> None:
    ada = site.client("ada")
    day = {"weekday": 1, "startTime": "08:00", "endTime": "09:00"}
    plan = {"courseId": site.school["violin"], "name": "p", "totalClasses": 8, "classesPerWeek": 1}
    monday = site.school["monday"]
    cases: list[tuple[str, dict[str, Any], str]] = [
        ("/v1/admissions", admission(site, timeSlotIds=[]), "/timeSlotIds"),
        ("/v1/admissions", admission(site, timeSlotIds=monday), "/timeSlotIds"),
        ("/v1/admissions", admission(site, timeSlotIds=[None]), "/timeSlotIds/0"),
        ("/v1/admissions", admission(site, timeSlotIds=[monday, "x"]), "/timeSlotIds/1"),
        ("/v1/admissions", admission(site, timeSlotIds=[[monday]]), "/timeSlotIds/0"),
        (
            "/v1/admissions",
            admission(site, timeSlotIds=[str(uuid.uuid4()) for _ in range(15)]),
            "/timeSlotIds",
        ),
        ("/v1/admissions", admission(site, courseId="{" + NOWHERE + "}"), "/courseId"),
        ("/v1/admissions", admission(site, courseId=NOWHERE.replace("-", "")), "/courseId"),
        ("/v1/admissions", admission(site, courseId=f" {NOWHERE}"), "/courseId"),
        ("/v1/admissions", admission(site, allowBackdated="true"), "/allowBackdated"),
        ("/v1/admissions", admission(site, allowBackdated=1), "/allowBackdated"),
        ("/v1/admissions", admission(site, student=[]), "/student"),
        ("/v1/admissions", admission(site, student={"name": ""}), "/student/name"),
        (
            "/v1/admissions",
            admission(site, student={"name": "x", "role": "admin"}),
            "/student/role",
        ),
        ("/v1/admissions", admission(site, student={}), "/student/name"),
        ("/v1/leads", lead(site, age=-1), "/age"),
        ("/v1/leads", lead(site, age=7.5), "/age"),
        ("/v1/leads", lead(site, age=10**30), "/age"),
        ("/v1/leads", lead(site, age=True), "/age"),
        ("/v1/leads", lead(site, age="7"), "/age"),
        ("/v1/leads", lead(site, expectedBudget=-0.01), "/expectedBudget"),
        ("/v1/leads", lead(site, expectedBudget=1e300), "/expectedBudget"),
        ("/v1/leads", lead(site, demoConducted="yes"), "/demoConducted"),
        ("/v1/leads", lead(site, email="no e-mail"), "/email"),
        ("/v1/leads", lead(site, email="a@b\x01.c d"), "/email"),
        ("/v1/leads", lead(site, address="x" * 10_001), "/address"),
        ("/v1/course-plans", {**plan, "totalClasses": 10**9}, "/totalClasses"),
        ("/v1/course-plans", {**plan, "totalClasses": 0}, "/totalClasses"),
        ("/v1/course-plans", {**plan, "classesPerWeek": 15}, "/classesPerWeek"),
        ("/v1/course-plans", {**plan, "price": "12"}, "/price"),
        ("/v1/time-slots", {**day, "weekday": 0}, "/weekday"),
        ("/v1/time-slots", {**day, "weekday": 8}, "/weekday"),
        ("/v1/time-slots", {**day, "startTime": "24:00"}, "/startTime"),
        ("/v1/time-slots", {**day, "startTime": "8:00"}, "/startTime"),
        ("/v1/time-slots", {**day, "endTime": "09:00:00"}, "/endTime"),
        ("/v1/time-slots", {**day, "endTime": "09:00\n"}, "/endTime"),
        ("/v1/users", {"name": "x", "role": "owner"}, "/role"),
        ("/v1/users", {"name": "x", "role": "admin", "email": "x" * 250 + "@y.zz"}, "/email"),
    ]
    dates = (
        "infinity",
        "-infinity",
        "2027-02-29",
        "2027-13-01",
        "2027-00-10",
        "0001-01-01",
        "1899-12-31",
        "2201-01-01",
        "9999-12-31",
        "10000-01-01",
        "2027-3-1",
        "20270301",
        "2027-W09-1",
        "2027-03-01T00:00:00Z",
        "today",
        "\u0662\u0660\u0662\u0667-03-01",
        "",
        " 2027-03-01",
        "2027-03-01\n",
        20270301,
        True,
    )
    cases += [("/v1/admissions", admission(site, startDate=bad), "/startDate") for bad in dates]
    with nothing_changes(site.db):
        for path, body, pointer in cases:
            answer = ada.post(path, json=body)
            assert answer.status_code == 400, (path, body, answer.text)
            found = pointers(refused(answer, 400, "invalid_request"))
            assert pointer in found, (body, found)
        # as many slots as the schema lets through, chosen twice: a rule, not a shape
        twice = admission(site, timeSlotIds=[site.school["friday"]] * 2)
        problem = refused(ada.post("/v1/admissions", json=twice), 422, "slot_count_mismatch")
        assert "duplicate_slot" in [c["code"] for c in problem["conflicts"]]
        # dates at the edges are a rule too
        for edge in ("1900-01-01", "2028-03-01", "2200-12-31"):
            answer = ada.post("/v1/admissions", json=admission(site, startDate=edge))
            refused(answer, 422, "start_date_out_of_range")


def test_query_parameters_are_known_single_and_well_formed(site: Site) -> None:
    ada = site.client("ada")
    for query, pointer in {
        "limit=0": "/limit",
        "limit=201": "/limit",
        "limit=": "/limit",
        "limit=1.0": "/limit",
        "limit=1e2": "/limit",
        "limit=+1": "/limit",
        "limit=%20 1": "/limit",
        "limit=٣": "/limit",
        "limit=99999999999999999999": "/limit",
        "limit=1&limit=2": "/limit",
        "limit=1&%6Cimit=1": "/limit",
        "Limit=1": "/Limit",
        "unknown=1": "/unknown",
        "=1": "/",
        "limit": "/limit",
        "stageId=x": "/stageId",
        "followUp=someday": "/followUp",
        "sort=name": "/sort",
        "search=%00": "/search",
        "search=": "/search",
        "ifMatch=1": "/ifMatch",
        "p_limit=1": "/p_limit",
        "search=%ff": "",
        "search=%ed%a0%80": "",
        "&".join(f"a{n}=1" for n in range(200)): "",
    }.items():
        problem = refused(ada.get(f"/v1/leads?{query}"), 400, "invalid_request")
        assert pointer in pointers(problem), (query, problem)
    for path in (
        "/v1/auth/logout?everywhere=yes",
        "/v1/auth/logout?everywhere=true&everywhere=true",
        "/v1/auth/login?next=/",
        f"/v1/users/{site.school['sid']}/activation?ttl=1",
        "/v1/instruments?name=x",
    ):
        answer = ada.post(
            path, json={"email": "a@b.cc", "password": "x"} if "login" in path else {}
        )
        refused(answer, 400, "invalid_request")
    assert ada.get("/v1/leads?limit=200&search=a%26b%20+c&tag=x").status_code == 200


def test_ids_in_the_path_that_are_none_are_not_found(site: Site) -> None:
    ada = site.client("ada")
    for id_ in ("x", "1", NOWHERE[:-1], NOWHERE + "0", "%27", "..%2f", NOWHERE.replace("-", "")):
        for method, path in (
            ("GET", f"/v1/leads/{id_}"),
            ("DELETE", f"/v1/courses/{id_}"),
            ("PATCH", f"/v1/users/{id_}"),
            ("PUT", f"/v1/courses/{site.school['violin']}/teachers/{id_}"),
        ):
            refused(ada.request(method, path), 404, "not_found")
    upper = site.school["fresh"].upper()
    assert ada.get(f"/v1/leads/{upper}").json()["id"] == site.school["fresh"]
    refused(ada.put(f"/v1/leads/{site.school['fresh']}/tags/%00"), 400, "invalid_request")


def test_unknown_paths_and_methods_are_problems_too(site: Site) -> None:
    ada, nobody = site.client("ada"), site.client(None)
    for path in ("/nothing", "/v1", "/v2/leads", "/v1/nothing", "/v1//leads", "/v1/leads%00"):
        for client in (ada, nobody):
            refused(client.get(path), 404, "not_found")
    refused(ada.get("/v1/leads/"), 404, "not_found")
    for method, path, allowed in (
        ("PUT", "/v1/leads", "GET, POST"),
        ("DELETE", "/v1/settings", "GET, PATCH"),
        ("GET", "/v1/auth/login", "POST"),
        ("POST", "/healthz", "GET"),
        ("PROPFIND", "/v1/leads", "GET, POST"),
    ):
        answer = ada.request(method, path)
        refused(answer, 405, "method_not_allowed")
        named = {word.strip() for word in answer.headers["Allow"].split(",")}
        assert named - {"OPTIONS"} == set(allowed.split(", "))
    assert ada.options("/v1/leads").status_code == 200


def test_representations_that_are_not_spoken_are_refused(site: Site) -> None:
    ada = site.client("ada")
    with nothing_changes(site.db):
        for accept in ("text/html", "application/xml;q=0.9", "application/json;q=0", "image/*"):
            answer = ada.get("/v1/leads", headers={"Accept": accept})
            refused(answer, 406, "not_acceptable")
            answer = ada.post("/v1/instruments", json={"name": "A"}, headers={"Accept": accept})
            refused(answer, 406, "not_acceptable")
        for media_type in (
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/json; charset=latin-1",
            "application/json; charset=utf-16",
            "application/json; x=y",
            "application/jsonx",
            "multipart/form-data; boundary=x",
            "",
        ):
            answer = ada.post(
                "/v1/instruments",
                content=b'{"name": "A"}',
                headers={"Content-Type": media_type},
            )
            refused(answer, 415, "unsupported_media_type")
        answer = ada.post("/v1/instruments", content=b'{"name": "A"}')
        refused(answer, 415, "unsupported_media_type")
        answer = ada.post("/v1/leads/import", json={})
        refused(answer, 415, "unsupported_media_type")
    for accept in ("application/json", "*/*", "application/*", "text/html, */*;q=0.1"):
        assert ada.get("/v1/leads", headers={"Accept": accept}).status_code == 200
    for n, media_type in enumerate(
        ("application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"')
    ):
        answer = ada.post(
            "/v1/instruments",
            content=json.dumps({"name": f"Media {n}"}).encode(),
            headers={"Content-Type": media_type},
        )
        assert answer.status_code == 201, answer.text


def test_a_body_beyond_a_mebibyte_is_refused_with_and_without_its_length(site: Site) -> None:
    ada = site.client("ada")
    json_type = {"Content-Type": "application/json"}
    mebibyte = 1 << 20

    def body(size: int) -> bytes:
        return b'{"name": "' + b"x" * (size - 12) + b'"}'

    def chunks() -> Any:
        whole = body(2 * mebibyte)
        for start in range(0, len(whole), 65_536):
            yield whole[start : start + 65_536]

    with nothing_changes(site.db):
        for content in (body(2 * mebibyte), body(mebibyte + 1), chunks()):
            answer = ada.post("/v1/instruments", content=content, headers=json_type)
            refused(answer, 413, "body_too_large")
        # exactly as much as is allowed is read, and then refused for what it says
        refused(
            ada.post("/v1/instruments", content=body(mebibyte), headers=json_type),
            400,
            "invalid_request",
        )
        refused(
            site.client(None).post("/v1/instruments", content=body(2 * mebibyte)),
            401,
            "unauthenticated",
        )
        refused(
            site.client(None).post("/v1/access-requests", content=chunks(), headers=json_type),
            413,
            "body_too_large",
        )
    # a chunked body of a good size is taken
    answer = ada.post(
        "/v1/instruments", content=iter([b'{"name": ', b'"Chunked"}']), headers=json_type
    )
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize(
    "head",
    [
        b"POST /v1/instruments HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
        b"POST /v1/instruments HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"GET /v1/leads HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
)
def test_broken_http_is_no_server_error(site: Site, head: bytes) -> None:
    parts = urlsplit(site.url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=10) as link:
        link.sendall(head)
        link.shutdown(socket.SHUT_WR)
        answer = b""
        while chunk := link.recv(65_536):
            answer += chunk
    assert answer.startswith(b"HTTP/1.1 400 "), answer


def test_a_content_length_that_lies_does_not_hold_the_server(site: Site) -> None:
    parts = urlsplit(site.url)
    link = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    link.putrequest("POST", "/v1/auth/login")
    link.putheader("Content-Length", "100")
    link.putheader("Content-Type", "application/json")
    link.endheaders(b'{"email": ')
    link.close()
    assert site.client(None).get("/healthz").status_code == 200


def test_bearer_tokens_are_read_strictly(site: Site) -> None:
    token = site.school.token("ada")
    with client_of(site.url) as client:
        for value in (
            token,
            f"Basic {token}",
            "Bearer",
            "Bearer,",
            f"Bearer {token} {token}",
            f"Bearer {token}x",
            f"Bearer {token.upper()}",
            f'Bearer "{token}"',
            "Bearer " + "x" * 5000,
            "Bearer null",
        ):
            answer = client.get("/v1/me", headers={"Authorization": value})
            refused(answer, 401, "unauthenticated")
        for value in (f"Bearer {token}", f"bearer  {token}", f"BEARER {token}"):
            assert client.get("/v1/me", headers={"Authorization": value}).status_code == 200
        assert client.get("/v1/me", params={"access_token": token}).status_code == 401
