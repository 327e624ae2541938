"""People, preferences, catalogue and timetable over HTTP: made, read, changed, taken away."""

from collections.abc import Callable
from typing import Any

import httpx
import psycopg

from tests.support.admitting import nothing_changes
from tests.support.asking import pointers, refused

Client = Callable[[str], httpx.Client]
Db = psycopg.Connection[Any]
NOWHERE = "00000000-0000-4000-8000-000000000000"


def made(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    assert {"id", "createdAt", "updatedAt", "version"} <= body.keys()
    return body


def test_users_are_made_changed_and_deleted(client: Client, school: Any, db: Db) -> None:
    ada, root = client("ada"), client("root")
    person = {"name": "  Nia ", "role": "student", "email": " Nia@School.TEST ", "phone": "0171"}
    nia = made(ada.post("/v1/users", json=person))
    assert (nia["name"], nia["email"], nia["role"]) == ("Nia", "nia@school.test", "student")
    assert nia["activation"]["token"]
    path = f"/v1/users/{nia['id']}"
    assert "activation" not in ada.get(path).json()
    taken = refused(
        ada.post("/v1/users", json={**person, "email": "NIA@school.test"}), 409, "email_in_use"
    )
    assert taken["userId"] == nia["id"]
    with nothing_changes(db):
        answer = ada.patch(path, json={"email": "sid@school.test"})
        assert refused(answer, 409, "email_in_use")["userId"] == school["sid"]
        refused(ada.patch(path, json={"email": "nonsense"}), 400, "invalid_request")
        # an admin neither makes nor touches admins; the last super admin stays
        for role in ("admin", "super_admin"):
            refused(ada.post("/v1/users", json={"name": "x", "role": role}), 403, "forbidden")
            refused(ada.patch(path, json={"role": role}), 403, "forbidden")
        for target in ("ada", "root"):
            place = f"/v1/users/{school[target]}"
            refused(ada.patch(place, json={"name": "x"}), 403, "forbidden")
            refused(ada.delete(place), 403, "forbidden")
        mine = f"/v1/users/{school['root']}"
        for change in ({"role": "admin"}, {"status": "disabled"}):
            refused(root.patch(mine, json=change), 409, "last_super_admin")
        refused(root.delete(mine), 409, "last_super_admin")
        # who teaches, studies or owns leads is not simply deleted
        refused(ada.delete(f"/v1/users/{school['tom']}"), 409, "in_use")
        for person_ in ("sam", "tom", "sid"):
            other = client(person_)
            refused(other.post("/v1/users", json=person), 403, "forbidden")
            refused(other.patch(path, json={"name": "x"}), 403, "forbidden")
            refused(other.delete(path), 403, "forbidden")
    changed = ada.patch(path, json={"email": None, "name": "Nia B."}).json()
    assert (changed["email"], changed["version"]) == (None, 2)
    assert ada.patch(path, json={"email": "nia@school.test"}).status_code == 200
    assert ada.delete(path).status_code == 204
    refused(ada.get(path), 404, "not_found")
    refused(ada.delete(path), 404, "not_found")
    again = made(ada.post("/v1/users", json=person))
    assert again["id"] != nia["id"], "a deleted person's e-mail is free again"
    found = ada.get("/v1/users", params={"search": "nia@"}).json()["items"]
    assert [u["id"] for u in found] == [again["id"]]
    students = ada.get("/v1/users", params={"role": "student", "status": "active"}).json()["items"]
    assert {u["id"] for u in students} == {school["sid"], school["una"], again["id"]}


def test_people_see_of_others_what_their_work_needs(client: Client, school: Any) -> None:
    tom, sid = client("tom"), client("sid")
    seen = tom.get(f"/v1/users/{school['sid']}").json()
    assert (seen["name"], seen["role"]) == ("Sid", "student")
    assert "email" not in seen
    assert "phone" not in seen
    refused(tom.get(f"/v1/users/{school['una']}"), 404, "not_found")
    refused(sid.get(f"/v1/users/{school['una']}"), 404, "not_found")
    assert sid.get(f"/v1/users/{school['tom']}").json()["name"] == "Tom"
    for person in ("sid", "tom", "sam"):
        text = client(person).get("/v1/users").text
        assert "@school.test" not in text


def test_a_person_changes_their_name_and_preferences_only(
    client: Client, school: Any, db: Db
) -> None:
    sid = client("sid")
    me = sid.get("/v1/me")
    assert me.json()["role"] == "student"
    assert me.headers["ETag"] == f'"{me.json()["version"]}"'
    answer = sid.patch("/v1/me", json={"name": "Sidney", "phone": "0171 9"})
    assert (answer.json()["name"], answer.json()["phone"]) == ("Sidney", "0171 9")
    assert sid.patch("/v1/me", json={"phone": None}).json()["phone"] is None
    with nothing_changes(db):
        for body in ({"role": "admin"}, {"email": "x@y.zz"}, {"status": "active"}, {"name": None}):
            refused(sid.patch("/v1/me", json=body), 400, "invalid_request")
    settings = sid.get("/v1/me/settings").json()
    assert settings["mutedNotificationTypes"] == []
    assert settings["preferences"] == {}
    given = {
        "locale": "de-AT",
        "timezone": "Europe/Vienna",
        "mutedNotificationTypes": ["admission.created"],
        "preferences": {"theme": {"dark": True, "n": [1, 2.5, None, "é"]}},
    }
    answer = sid.patch("/v1/me/settings", json=given)
    assert answer.status_code == 200
    assert {k: v for k, v in sid.get("/v1/me/settings").json().items() if k in given} == given
    with nothing_changes(db):
        for bad, pointer in (
            ({"mutedNotificationTypes": ["access.requested"]}, "/mutedNotificationTypes/0"),
            ({"mutedNotificationTypes": "none"}, "/mutedNotificationTypes"),
            ({"timezone": "Mars/Olympus"}, "/timezone"),
            ({"timezone": ""}, "/timezone"),
            ({"locale": "<x>"}, "/locale"),
            ({"preferences": []}, "/preferences"),
            ({"userId": school["una"]}, "/userId"),
        ):
            answer = sid.patch("/v1/me/settings", json=bad)
            assert pointer in pointers(refused(answer, 400, "invalid_request")), answer.text
        deep: Any = 1
        for _ in range(40):
            deep = [deep]
        answer = sid.patch("/v1/me/settings", json={"preferences": {"deep": deep}})
        refused(answer, 400, "invalid_request")
    cleared = sid.patch("/v1/me/settings", json={"locale": None, "preferences": None}).json()
    assert (cleared["locale"], cleared["preferences"]) == (None, {})
    assert cleared["timezone"] == "Europe/Vienna"


def test_the_catalogue_is_kept_by_admins_and_read_by_all(
    client: Client, school: Any, db: Db
) -> None:
    ada, sid = client("ada"), client("sid")
    harp = made(ada.post("/v1/instruments", json={"name": "Harp"}))
    course = made(
        ada.post(
            "/v1/courses",
            json={"instrumentId": harp["id"], "name": "Harp I", "description": "first"},
        )
    )
    plan = made(
        ada.post(
            "/v1/course-plans",
            json={
                "courseId": course["id"],
                "name": "Ten",
                "totalClasses": 10,
                "classesPerWeek": 1,
                "price": 99.95,
            },
        )
    )
    assert plan["price"] == 99.95
    path = f"/v1/courses/{course['id']}"
    assert sid.get(path).json() == course
    teachers = ada.put(f"{path}/teachers/{school['tom']}")
    assert teachers.json() == {"items": [{"id": school["tom"], "name": "Tom"}]}
    assert ada.put(f"{path}/teachers/{school['tom']}").json() == teachers.json()
    slot = made(
        ada.post("/v1/time-slots", json={"weekday": 6, "startTime": "10:00", "endTime": "11:00"})
    )
    seat = {
        "timeSlotId": slot["id"],
        "courseId": course["id"],
        "teacherId": school["tom"],
        "capacity": 2,
    }
    classroom = made(ada.post("/v1/classroom-slots", json=seat))
    with nothing_changes(db):
        refused(ada.post("/v1/instruments", json={"name": "Harp"}), 409, "already_exists")
        refused(ada.post("/v1/classroom-slots", json=seat), 409, "already_exists")
        same = {"weekday": 6, "startTime": "10:00", "endTime": "11:00"}
        refused(ada.post("/v1/time-slots", json=same), 409, "already_exists")
        upside_down = {"weekday": 6, "startTime": "11:00", "endTime": "10:00"}
        refused(ada.post("/v1/time-slots", json=upside_down), 400, "invalid_request")
        refused(ada.delete(f"/v1/instruments/{harp['id']}"), 409, "in_use")
        refused(ada.delete(path), 409, "in_use")
        refused(ada.delete(f"{path}/teachers/{school['tom']}"), 409, "in_use")
        refused(ada.delete(f"/v1/time-slots/{slot['id']}"), 409, "in_use")
        for reference in ("timeSlotId", "courseId", "teacherId"):
            problem = refused(
                ada.post("/v1/classroom-slots", json={**seat, reference: NOWHERE}),
                422,
                "unknown_reference",
            )
            assert f"/{reference}" in pointers(problem)
        refused(
            ada.post("/v1/classroom-slots", json={**seat, "teacherId": school["tia"]}),
            422,
            "teacher_not_for_course",
        )
        refused(
            ada.post("/v1/classroom-slots", json={**seat, "teacherId": school["sid"]}),
            422,
            "not_a_teacher",
        )
        answer = ada.put(f"{path}/teachers/{school['sam']}")
        refused(answer, 422, "not_a_teacher")
        refused(ada.put(f"{path}/teachers/{NOWHERE}"), 404, "not_found")
        for person in ("sam", "tom", "sid"):
            other = client(person)
            for method, place, body in (
                ("POST", "/v1/instruments", {"name": "x"}),
                ("PATCH", path, {"name": "x"}),
                ("DELETE", f"/v1/course-plans/{plan['id']}", None),
                ("PUT", "/v1/operating-days", {"days": [{"weekday": 1, "isOpen": True}]}),
                ("POST", "/v1/classroom-slots", seat),
                ("PATCH", "/v1/settings", {"schoolName": "x"}),
            ):
                refused(other.request(method, place, json=body), 403, "forbidden")
            for place in (
                "/v1/instruments",
                "/v1/courses",
                "/v1/course-plans",
                "/v1/time-slots",
                "/v1/classroom-slots",
                "/v1/operating-days",
                "/v1/settings",
                f"{path}/teachers",
            ):
                assert other.get(place).status_code == 200, (person, place)
    for place in (
        f"/v1/classroom-slots/{classroom['id']}",
        f"{path}/teachers/{school['tom']}",
        f"/v1/course-plans/{plan['id']}",
        path,
        f"/v1/instruments/{harp['id']}",
        f"/v1/time-slots/{slot['id']}",
    ):
        gone = ada.delete(place)
        assert (gone.status_code, gone.content) == (204, b""), (place, gone.text)
    refused(sid.get(path), 404, "not_found")
    assert made(ada.post("/v1/instruments", json={"name": "Harp"}))["id"] != harp["id"]


def test_operating_days_open_and_close(client: Client, school: Any, db: Db) -> None:
    ada = client("ada")
    days = ada.get("/v1/operating-days").json()["items"]
    assert [(d["weekday"], d["isOpen"]) for d in days] == [(n, n < 7) for n in range(1, 8)]
    answer = ada.put("/v1/operating-days", json={"days": [{"weekday": 7, "isOpen": True}]})
    assert answer.status_code == 200
    assert answer.json()["items"] == ada.get("/v1/operating-days").json()["items"]
    assert all(d["isOpen"] for d in answer.json()["items"])
    with nothing_changes(db):
        closed = {"days": [{"weekday": n, "isOpen": False} for n in (1, 7)]}
        problem = refused(ada.put("/v1/operating-days", json=closed), 409, "in_use")
        assert problem["detail"]
        bad: dict[str, Any]
        for bad in (
            {"days": []},
            {"days": [{"weekday": 2, "isOpen": True}] * 2},
            {"days": [{"weekday": 0, "isOpen": True}]},
            {"days": [{"weekday": 2}]},
            {"days": [{"weekday": 2, "isOpen": None}]},
            {"days": {"2": True}},
            {},
        ):
            refused(ada.put("/v1/operating-days", json=bad), 400, "invalid_request")


def test_the_schools_settings_are_a_super_admins(client: Client, db: Db) -> None:
    root, ada = client("root"), client("ada")
    before = ada.get("/v1/settings")
    assert before.headers["ETag"]
    answer = root.patch(
        "/v1/settings",
        json={"schoolName": "Ostinato Wien", "timezone": "Europe/Vienna"},
        headers={"If-Match": before.headers["ETag"]},
    )
    assert (answer.json()["schoolName"], answer.json()["timezone"]) == (
        "Ostinato Wien",
        "Europe/Vienna",
    )
    with nothing_changes(db):
        refused(ada.patch("/v1/settings", json={"schoolName": "x"}), 403, "forbidden")
        for bad in (
            {"timezone": "Europe/Nowhere"},
            {"timezone": None},
            {"schoolName": None},
            {"currency": "euro"},
            {"phoneRegion": "at"},
        ):
            refused(root.patch("/v1/settings", json=bad), 400, "invalid_request")


def test_the_classroom_shows_seats_to_those_who_work_there(client: Client, school: Any) -> None:
    ada = client("ada")
    items = ada.get("/v1/classroom").json()["items"]
    assert [i["weekday"] for i in items] == sorted(i["weekday"] for i in items)
    monday = next(i for i in items if i["classroomSlotId"] == school["violin_monday"])
    assert (monday["capacity"], monday["occupied"], monday["free"]) == (2, 1, 1)
    assert monday["course"] == {"id": school["violin"], "name": "Violin I"}
    assert monday["teacher"] == {"id": school["tom"], "name": "Tom"}
    assert [s["name"] for s in monday["students"]] == ["Sid"]
    for query, expected in (
        ({"weekday": 1}, {"violin_monday", "piano_monday"}),
        ({"courseId": school["piano"]}, {"piano_monday", "piano_thursday"}),
        ({"teacherId": school["tom"], "weekday": 3}, {"violin_wednesday"}),
        ({"date": "2027-03-05"}, {"violin_friday"}),
    ):
        found = ada.get("/v1/classroom", params=query).json()["items"]
        assert {i["classroomSlotId"] for i in found} == {school[name] for name in expected}
    dated = ada.get("/v1/classroom", params={"date": "2027-03-01"}).json()["items"]
    assert all("expected" in i for i in dated)
    own = client("tom").get("/v1/classroom").json()["items"]
    assert {i["teacher"]["id"] for i in own} == {school["tom"]}
    staff = client("sam").get("/v1/classroom").json()["items"]
    assert all(not i.get("students") for i in staff)
    refused(client("sid").get("/v1/classroom"), 403, "forbidden")
    for bad in ("date=2027-02-29", "date=infinity", "weekday=8", "courseId=x"):
        refused(ada.get(f"/v1/classroom?{bad}"), 400, "invalid_request")


BY_ID = (
    "lead-stages",
    "instruments",
    "courses",
    "course-plans",
    "time-slots",
    "classroom-slots",
    "closures",
    "attendance",
    "access-requests",
    "webhooks",
)


def test_what_a_list_shows_is_had_by_its_id_and_nothing_else_is(
    client: Client, http: Callable[..., httpx.Client], school: Any
) -> None:
    """As each role; what one of them sees and another does not is missing to the other."""
    ada = client("ada")
    closed = {"startDate": "2027-12-24", "endDate": "2027-12-26", "reason": "Christmas"}
    assert ada.post("/v1/closures", json=closed).status_code == 201
    made(client("root").post("/v1/webhooks", json={"url": "https://hooks.school.test/in"}))
    asked = {"email": "new@school.test", "name": "New", "role": "student"}
    assert http().post("/v1/access-requests", json=asked).status_code == 202
    for resource in BY_ID:
        shown: dict[str, list[dict[str, Any]]] = {}
        for person in ("root", "ada", "sam", "tom", "sid"):
            answer = client(person).get(f"/v1/{resource}")
            if answer.status_code == 200:
                shown[person] = answer.json()["items"]
                for item in shown[person]:
                    one = client(person).get(f"/v1/{resource}/{item['id']}")
                    assert one.json() == item, (resource, person)
                    if "version" in item:
                        assert one.headers["ETag"] == f'"{item["version"]}"'
            code = "not_found" if answer.status_code == 200 else "forbidden"
            status = 404 if answer.status_code == 200 else 403
            refused(client(person).get(f"/v1/{resource}/{NOWHERE}"), status, code)
        assert shown["root"], resource
        for person, items in shown.items():
            own = {item["id"] for item in items}
            for item in shown["root"]:
                if item["id"] not in own:
                    refused(client(person).get(f"/v1/{resource}/{item['id']}"), 404, "not_found")
    seen = {item["id"] for item in client("sid").get("/v1/attendance").json()["items"]}
    everything = {item["id"] for item in ada.get("/v1/attendance?limit=200").json()["items"]}
    assert seen < everything, "a student sees some of what admins see"


def test_what_was_made_is_found_where_the_answer_says(client: Client) -> None:
    ada = client("ada")
    answer = ada.post("/v1/instruments", json={"name": "Cello"})
    assert ada.get(answer.headers["Location"]).json() == answer.json()
    assert ada.delete(answer.headers["Location"]).status_code == 204
    refused(ada.get(answer.headers["Location"]), 404, "not_found")
