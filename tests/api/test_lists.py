"""Keyset paging: every list, walked page by page while the ground moves."""

import base64
import json
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from api.http.routes import ROUTES
from tests.api.conftest import Site
from tests.support.asking import refused
from tests.support.classrooms import class_on

PEOPLE = {"ada": "admin", "sam": "staff", "tom": "teacher", "sid": "student"}


@pytest.fixture(scope="module")
def filled(site: Site) -> set[str]:
    """Give lists more rows than the small school has, many with the same sort key; name these."""
    root, school = site.client("root"), site.school
    bodies: dict[str, list[dict[str, Any]]] = {
        "/v1/users": [{"name": "Same Name", "role": "student"} for _ in range(5)],
        "/v1/instruments": [{"name": f"Lyre {n}"} for n in range(5)],
        "/v1/courses": [
            {"name": f"Lyre {n}", "instrumentId": school["violin_instrument"]} for n in range(5)
        ],
        "/v1/course-plans": [
            {
                "courseId": school["piano"],
                "name": f"Odd {n}",
                "totalClasses": n,
                "classesPerWeek": 1,
            }
            for n in range(20, 25)
        ],
        "/v1/lead-stages": [
            {"name": f"Stage {n}", "position": 3, "kind": "open"} for n in range(5)
        ],
        "/v1/time-slots": [
            {"weekday": 2, "startTime": "10:00", "endTime": f"1{n}:30"} for n in range(1, 6)
        ],
        "/v1/leads": [
            {
                "name": "Same Name",
                "phone": f"0171 22{n}",
                "stageId": school["stage_new"],
                "followUpDate": "2027-03-05",
            }
            for n in range(7)
        ],
        f"/v1/leads/{school['fresh']}/notes": [{"body": f"note {n}"} for n in range(5)],
        "/v1/closures": [
            {"startDate": f"2028-01-0{n}", "endDate": f"2028-01-0{n}", "reason": "x"}
            for n in range(1, 4)
        ],
        "/v1/webhooks": [{"url": f"https://hooks.test/{n}"} for n in range(3)],
        "/v1/reschedule-requests": [
            {
                "attendanceId": class_on(site.db, school, "sid", day),
                "classroomSlotId": school["violin_friday"],
                "classDate": friday,
            }
            for day, friday in (
                ("2027-03-08", "2027-03-12"),
                ("2027-03-15", "2027-03-19"),
                ("2027-03-22", "2027-03-26"),
            )
        ],
        "/v1/access-requests": [
            {"email": f"new{n}@x.test", "name": "New", "role": "teacher"} for n in range(5)
        ],
        "/v1/waitlist": [
            {"courseId": school["violin"], **person}
            for person in (
                {"leadId": school["fresh"]},
                {"leadId": school["unowned"]},
                {"studentId": school["una"]},
            )
        ],
        "/v1/trials": [
            {"leadId": school[lead], "classroomSlotId": school[slot], "date": date, **more}
            for lead, slot, date, more in (
                ("fresh", "violin_friday", "2027-03-05", {}),
                ("unowned", "violin_friday", "2027-03-05", {}),
                ("fresh", "piano_monday", "2027-03-08", {"override": True}),
            )
        ],
    }
    payment = f"/v1/admissions/{school['sid_admission']}/payment"
    for status in ("paid", "unpaid", "paid"):
        assert root.patch(payment, json={"status": status}).status_code == 200
    for path, many in bodies.items():
        for body in many:
            answer = root.post(path, json=body)
            assert answer.status_code in (201, 202), (path, answer.text)
    for lead, tag in (("fresh", "summer"), ("sues", "evening")):
        assert root.put(f"/v1/leads/{school[lead]}/tags/{tag}").status_code == 200
    return {*bodies, f"{payment}/history"}


def walk(client: httpx.Client, path: str, limit: int, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = None
    for _ in range(200):
        query: dict[str, Any] = {"limit": limit, **asked}
        if cursor is not None:
            query["cursor"] = cursor
        answer = client.get(path, params=query)
        assert answer.status_code == 200, (path, answer.text)
        page = answer.json()
        assert page.keys() == {"items", "nextCursor"}
        assert len(page["items"]) == limit or page["nextCursor"] is None
        found += page["items"]
        cursor = page["nextCursor"]
        if cursor is None:
            return found
    raise AssertionError(f"{path} does not end")


def key(item: dict[str, Any]) -> str:
    return str(item.get("id") or item.get("classroomSlotId") or item["name"])


@dataclass(frozen=True)
class List:
    """A list of the document: its path, what the caller may ask, and the roles that may call."""

    path: str
    query: dict[str, dict[str, Any]]
    roles: list[str]

    @property
    def filters(self) -> dict[str, dict[str, Any]]:
        """The schema of each value, of the filters that may be given several times."""
        return {n: s["items"] for n, s in self.query.items() if s.get("type") == "array"}


def lists(site: Site) -> list[List]:
    """Every list that the document has."""
    ids = {"leadId": site.school["fresh"], "admissionId": site.school["sid_admission"]}
    document = site.client("root").get("/openapi.json").json()
    found = []
    for path, methods in document["paths"].items():
        content = methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        name = content.get("application/json", {}).get("schema", {}).get("$ref", "")
        schema = document["components"]["schemas"].get(name.rpartition("/")[2], {})
        if "nextCursor" not in schema.get("properties", {}):
            continue
        one = methods["get"]
        query = {p["name"]: p["schema"] for p in one["parameters"] if p["in"] == "query"}
        found.append(List(path.format(**ids), query, one["x-roles"]))
    return found


def caller(path: str) -> str:
    return "sid" if path == "/v1/me/attendance" else "ada"


def test_every_list_can_be_walked_without_gap_or_repetition(site: Site, filled: set[str]) -> None:
    paths = [one.path for one in lists(site)]
    assert len(paths) == len([r for r in ROUTES if r.method == "GET" and r.items])
    for path in paths:
        client = site.client(caller(path))
        whole = walk(client, path, 200)
        assert len(whole) >= 3 or path not in filled, path
        ids = [key(item) for item in whole]
        assert len(set(ids)) == len(ids), path
        for limit in (1, 2, 3):
            assert [key(item) for item in walk(client, path, limit)] == ids, (path, limit)
        for bad in ("x", "%%%", "bnVsbA", "W10", "e30", "[]", ""):
            refused(client.get(path, params={"cursor": bad}), 400, "invalid_request")
        for bad in ("0", "201", "-1", "x"):
            refused(client.get(path, params={"limit": bad}), 400, "invalid_request")
        if path == "/v1/me/sessions":
            continue  # of one session
        assert len(whole) > 1, path
        longer = client.get(path, params={"limit": 1}).json()["nextCursor"]
        for bad in (longer + "A", longer[:-3]):
            refused(client.get(path, params={"cursor": bad}), 400, "invalid_request")
        keys = json.loads(base64.urlsafe_b64decode(longer + "=" * (-len(longer) % 4)))
        wrong: list[Any]
        for wrong in (
            [None for _ in keys],
            [*keys, keys[0]],
            keys[:-1],
            ["" for _ in keys],
            ["\x00" for _ in keys],
            [{} for _ in keys],
            ["infinity" for _ in keys],
        ):
            cursor = base64.urlsafe_b64encode(json.dumps(wrong).encode()).decode().rstrip("=")
            refused(client.get(path, params={"cursor": cursor}), 400, "invalid_request")


def test_every_list_is_counted_and_sorted_both_ways(site: Site, filled: set[str]) -> None:
    for one in lists(site):
        sorts = one.query["sort"]["enum"]
        assert one.query["sort"]["default"] in sorts, one
        assert one.query["count"]["default"] is False, one
        for person, role in PEOPLE.items():
            client = site.client(person)
            if role not in one.roles:
                refused(client.get(one.path, params={"count": "true"}), 403, "forbidden")
                continue
            ids = [key(item) for item in walk(client, one.path, 200)]
            assert len(set(ids)) == len(ids), one
            by_default = one.query["sort"]["default"]
            assert [key(i) for i in walk(client, one.path, 200, sort=by_default)] == ids, one
            for sort in sorts:
                up = [key(item) for item in walk(client, one.path, 3, sort=sort)]
                back = sort[1:] if sort.startswith("-") else f"-{sort}"
                down = [key(item) for item in walk(client, one.path, 200, sort=back)]
                assert up == down[::-1], (one, person, sort)
                assert sorted(up) == sorted(ids), (one, person, sort)
            first = client.get(one.path, params={"count": "true", "limit": 1}).json()
            assert (first["total"], first["totalIsExact"]) == (len(ids), True), (one, person)
            if first["nextCursor"] is None:
                continue
            asked = {"count": "true", "limit": 1, "cursor": first["nextCursor"]}
            assert client.get(one.path, params=asked).json()["total"] == len(ids), (one, person)
            others = [sort for sort in sorts if sort != by_default]
            for sort in others:
                wrong = client.get(one.path, params={"cursor": first["nextCursor"], "sort": sort})
                refused(wrong, 400, "invalid_request")


def test_a_filter_given_several_times_means_any_of_them(site: Site, filled: set[str]) -> None:
    school = site.school
    values: dict[str, list[Any]] = {
        "weekday": [1, 5],
        "tag": ["summer", "evening"],
        "date": ["2027-03-05", "2027-03-08"],
        "type": ["admission.created", "lead.assigned"],
        "entityId": [school["fresh"], school["unowned"]],
        "ownerId": [school["sam"], school["sue"]],
        "assignedTeacherId": [school["tom"], school["tia"]],
        "stageId": [school["stage_new"], school["stage_admitted"]],
        "instrumentId": [school["violin_instrument"], school["piano_instrument"]],
        "courseId": [school["violin"], school["piano"]],
        "teacherId": [school["tom"], school["tia"]],
        "timeSlotId": [school["monday"], school["friday"]],
        "classroomSlotId": [school["violin_friday"], school["piano_monday"]],
        "leadId": [school["fresh"], school["sams"]],
        "studentId": [school["sid"], school["una"]],
        "admissionId": [school["sid_admission"], school["una_admission"]],
    }
    seen = 0
    for one in lists(site):
        client = site.client(caller(one.path))
        for name, schema in one.filters.items():
            several = schema.get("enum") or values[name]
            alone = [
                {key(item) for item in walk(client, one.path, 200, **{name: value})}
                for value in several
            ]
            whole = [key(item) for item in walk(client, one.path, 200)]
            together = [key(item) for item in walk(client, one.path, 2, **{name: several})]
            assert set(together) == set().union(*alone), (one, name)
            assert together == [one for one in whole if one in set(together)], (one, name)
            asked = {name: several, "count": "true", "limit": 1}
            assert client.get(one.path, params=asked).json()["total"] == len(together), (one, name)
            wrong = client.get(one.path, params={name: [several[0], "\x00"]})
            refused(wrong, 400, "invalid_request")
            seen += len(together) > 0
        for name in one.query.keys() - one.filters.keys():
            refused(client.get(f"{one.path}?{name}=true&{name}=true"), 400, "invalid_request")
    assert seen >= 25


def test_a_long_list_is_counted_to_where_it_is_exact(site: Site) -> None:
    ada = site.client("ada")
    ids = [item["id"] for item in walk(ada, "/v1/time-slots", 200)]

    def counted(most: int, path: str = "/v1/time-slots") -> tuple[int, bool]:
        site.db.execute(
            "create or replace function school.most_counted() returns integer language sql"
            f" immutable set search_path = '' as 'select {most}'"
        )
        page = ada.get(path, params={"count": "true", "limit": 1}).json()
        return page["total"], page["totalIsExact"]

    assert counted(len(ids) + 1) == counted(len(ids)) == (len(ids), True)
    assert counted(len(ids) - 1) == (len(ids) - 1, False)
    assert counted(1, "/v1/leads") == (1, False)
    counted(10_000)
    assert "total" not in ada.get("/v1/time-slots", params={"count": "false"}).json()


def test_lists_keep_their_promise_while_rows_come_and_go(site: Site) -> None:
    ada, school = site.client("ada"), site.school
    for path, body, change in (
        ("/v1/leads", lambda n: lead_of(school, n), "?sort=followUpDate"),
        ("/v1/leads", lambda n: lead_of(school, 50 + n), "?sort=-createdAt"),
        ("/v1/users", lambda n: {"name": f"{'AZ'[n % 2]} {n}", "role": "student"}, ""),
        ("/v1/instruments", lambda n: {"name": f"{'AZ'[n % 2]} {n}"}, ""),
    ):
        for n in range(4):
            assert ada.post(path, json=body(100 + n)).status_code == 201
        before = [item["id"] for item in walk(ada, path + change, 200)]
        seen: list[str] = []
        cursor = gone = None
        for n in range(200):
            query: dict[str, Any] = {"limit": 1, **({} if cursor is None else {"cursor": cursor})}
            if change:
                query["sort"] = change.partition("=")[2]
            page = ada.get(path, params=query).json()
            seen += [item["id"] for item in page["items"]]
            cursor = page["nextCursor"]
            if cursor is None:
                break
            if n < 6:
                assert ada.post(path, json=body(n)).status_code == 201
            if n == 6:  # the row that the cursor stands on goes away
                gone = seen[-1]
                kind = path.rpartition("/")[2]
                with site.db.transaction():
                    site.db.execute(
                        f"update school.{kind} set deleted_at = school.clock() where id = %s"
                        " and not exists (select from school.admissions as a where"
                        " a.student_id = %s or a.created_by = %s)",
                        (gone, gone, gone),
                    )
        assert gone is not None, path
        assert len(set(seen)) == len(seen), path
        assert set(before) <= set(seen), path


def lead_of(school: Any, n: int) -> dict[str, Any]:
    return {
        "name": f"Moving {n}",
        "phone": f"0160 {n}",
        "stageId": school["stage_new"],
        "followUpDate": f"2027-03-{1 + n % 28:02}",
    }


def test_a_get_runs_read_only(site: Site) -> None:
    # A function that claims to be stable and writes all the same.
    site.db.execute("create sequence school.writes")
    site.db.execute("alter sequence school.writes owner to school_owner")
    site.db.execute(
        "create or replace function api.get_settings() returns api.setting language plpgsql stable"
        " security definer set search_path = '' as $$ declare v api.setting; begin"
        " perform pg_catalog.nextval('school.writes'); select * into v from api.setting;"
        " return v; end $$"
    )
    refused(site.client("ada").get("/v1/settings"), 500, "internal_error")
    called = site.db.execute("select is_called from school.writes").fetchone()
    assert called == (False,)
