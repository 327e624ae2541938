"""Versions: ETag, If-Match, and what PATCH makes of absent and null members."""

from collections.abc import Callable
from typing import Any

import httpx

from tests.api.conftest import Site
from tests.support.admitting import nothing_changes
from tests.support.asking import refused


def test_an_etag_tells_the_version_and_if_match_holds_writers_to_it(site: Site) -> None:
    ada = site.client("ada")
    made = ada.post("/v1/instruments", json={"name": "Lute"})
    course = ada.post("/v1/courses", json={"instrumentId": made.json()["id"], "name": "Lute I"})
    path = f"/v1/courses/{course.json()['id']}"
    assert course.headers["ETag"] == '"1"'
    assert course.headers["Location"] == path
    assert ada.get(path).headers["ETag"] == f'"{course.json()["version"]}"'

    def rename(name: str, condition: str | None) -> httpx.Response:
        headers = {} if condition is None else {"If-Match": condition}
        return ada.patch(path, json={"name": name}, headers=headers)

    renamed = rename("Lute II", '"1"')
    assert (renamed.status_code, renamed.headers["ETag"]) == (200, '"2"')
    with nothing_changes(site.db):
        for condition in (
            '"1"',
            '"3"',
            "2",
            'W/"2"',
            '"2", "3"',
            '"two"',
            '""',
            "garbage",
            '"-1"',
            '"999999999999999999"',
            '"9999999999999999999999"',
            '"2',
        ):
            refused(rename("Lute III", condition), 412, "version_mismatch")
            gone = ada.delete(path, headers={"If-Match": condition})
            refused(gone, 412, "version_mismatch")
    assert rename("Lute III", "*").json()["version"] == 3
    assert rename("Lute IV", None).json()["version"] == 4
    assert ada.delete(path, headers={"If-Match": '"4"'}).status_code == 204
    refused(ada.get(path), 404, "not_found")


def test_every_resource_that_can_be_changed_honours_if_match(site: Site) -> None:
    root, school = site.client("root"), site.school
    changes: list[tuple[str, str, dict[str, Any] | None]] = [
        ("PATCH", "/v1/me", {"name": "R"}),
        ("PATCH", "/v1/me/settings", {"locale": "de"}),
        ("PATCH", "/v1/settings", {"schoolName": "x"}),
        ("PATCH", f"/v1/users/{school['sam']}", {"name": "x"}),
        ("PATCH", f"/v1/leads/{school['fresh']}", {"name": "x"}),
        ("PATCH", f"/v1/lead-stages/{school['stage_new']}", {"name": "x"}),
        ("PATCH", f"/v1/instruments/{school['violin_instrument']}", {"name": "x"}),
        ("PATCH", f"/v1/courses/{school['violin']}", {"name": "x"}),
        ("PATCH", f"/v1/course-plans/{school['violin_8']}", {"name": "x"}),
        ("PATCH", f"/v1/time-slots/{school['tuesday']}", {"isActive": False}),
        ("PATCH", f"/v1/classroom-slots/{school['violin_friday']}", {"capacity": 9}),
        ("DELETE", f"/v1/users/{school['sam']}", None),
        ("DELETE", f"/v1/leads/{school['fresh']}", None),
        ("DELETE", f"/v1/lead-stages/{school['stage_new']}", None),
        ("DELETE", f"/v1/instruments/{school['violin_instrument']}", None),
        ("DELETE", f"/v1/courses/{school['violin']}", None),
        ("DELETE", f"/v1/course-plans/{school['violin_4']}", None),
        ("DELETE", f"/v1/time-slots/{school['tuesday']}", None),
        ("DELETE", f"/v1/classroom-slots/{school['violin_friday']}", None),
    ]
    with nothing_changes(site.db):
        for method, path, body in changes:
            answer = root.request(method, path, json=body, headers={"If-Match": '"77"'})
            assert answer.status_code == 412, (method, path, answer.text)
            refused(answer, 412, "version_mismatch")
    for method, path, body in changes[:11]:
        answer = root.request(method, path, json=body, headers={"If-Match": "*"})
        assert answer.status_code == 200, (method, path, answer.text)
        assert answer.headers["ETag"] == f'"{answer.json()["version"]}"', path


def test_patch_keeps_what_is_absent_and_clears_what_is_null(
    client: Callable[..., httpx.Client], school: Any, db: Any
) -> None:
    sam = client("sam")
    path = f"/v1/leads/{school['fresh']}"
    full = {
        "area": "North",
        "age": 9,
        "expectedBudget": 12.5,
        "demoDate": "2027-03-05",
        "demoConducted": True,
    }
    assert sam.patch(path, json=full).status_code == 200
    before = sam.get(path).json()
    assert {name: before[name] for name in full} == full
    cleared = sam.patch(path, json={"area": None, "age": 10})
    assert cleared.status_code == 200
    after = cleared.json()
    assert (after["area"], after["age"]) == (None, 10)
    changed = {"area", "age", "version", "updatedAt"}
    assert {k: v for k, v in after.items() if k not in changed} == {
        k: v for k, v in before.items() if k not in changed
    }
    with nothing_changes(db):
        for member in ("name", "stageId", "followUpDate"):
            refused(sam.patch(path, json={member: None}), 400, "invalid_request")
        # the last way to reach the person
        refused(sam.patch(path, json={"email": None}), 400, "invalid_request")
        refused(sam.patch(path, json={"id": school["fresh"]}), 400, "invalid_request")
        refused(sam.patch(path, json={"version": 1}), 400, "invalid_request")
    same = sam.patch(path, json={})
    assert (same.status_code, same.json()["area"]) == (200, None)
