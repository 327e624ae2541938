"""Keyset paging: every list, walked page by page while the ground moves."""

import base64
import json
from typing import Any

import httpx

from api.http.routes import ROUTES
from tests.api.conftest import Site
from tests.support.asking import refused
from tests.support.classrooms import class_on

# Lists without pages: short by nature, or of one person.
WHOLE = {"/me/sessions", "/jobs"}


def fill(site: Site) -> set[str]:
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
    return {*bodies, f"{payment}/history"}


def walk(client: httpx.Client, path: str, limit: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = None
    for _ in range(200):
        query: dict[str, Any] = {"limit": limit}
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
    return str(item.get("id") or item.get("classroomSlotId"))


def lists(site: Site) -> list[tuple[str, str]]:
    """Every list of the route table, and a person who sees rows in it."""
    found = []
    for route in ROUTES:
        if route.method != "GET" or route.items is None or route.path in WHOLE:
            continue
        path = "/v1" + route.path.format(
            lead_id=site.school["fresh"], admission_id=site.school["sid_admission"]
        )
        found.append((path, "sid" if route.path.startswith("/me/") else "ada"))
    return found


def test_every_list_can_be_walked_without_gap_or_repetition(site: Site) -> None:
    filled = fill(site)
    paths = lists(site)
    assert len(paths) >= 14
    for path, person in paths:
        client = site.client(person)
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


def test_lists_keep_their_promise_while_rows_come_and_go(site: Site) -> None:
    ada, school = site.client("ada"), site.school
    for path, body, change in (
        ("/v1/leads", lambda n: lead_of(school, n), "?sort=followUpDate"),
        ("/v1/leads", lambda n: lead_of(school, 50 + n), "?sort=createdAt"),
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
