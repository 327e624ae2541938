"""The classroom dashboard, and a student's way through the school over HTTP."""

from typing import Any

from tests.support.admitting import seats_taken, wish
from tests.support.asking import pages, refusal, refused
from tests.support.classrooms import ask, class_on
from tests.support.school import Caller, Callers, Clock, Database, School
from tests.support.servers import Client
from tests.support.trials import book


def board(caller: Caller, **filters: Any) -> Any:
    return {i["classroomSlotId"]: i for i in caller("list_classroom", **filters)["items"]}


def test_the_dashboard_counts_the_same_for_everybody_who_works_here(
    school: School, call: Callers
) -> None:
    for person in ("ada", "root", "sam", "sue"):
        lines = board(call(person))
        assert {k: (i["capacity"], i["occupied"], i["free"]) for k, i in lines.items()} == {
            school["violin_monday"]: (2, 1, 1),
            school["violin_wednesday"]: (1, 1, 0),
            school["violin_friday"]: (3, 0, 3),
            school["piano_monday"]: (2, 1, 1),
            school["piano_thursday"]: (2, 1, 1),
        }
        assert ("students" in lines[school["violin_monday"]]) == (person in ("ada", "root"))
    own = board(call("tom"))
    assert own.keys() == {school[f"violin_{day}"] for day in ("monday", "wednesday", "friday")}
    assert [s["name"] for s in own[school["violin_monday"]]["students"]] == ["Sid"]
    for stranger in ("sid", None):
        assert refusal(call(stranger), "list_classroom").code == "forbidden"


def test_the_dashboard_is_filtered_and_paged(school: School, call: Callers) -> None:
    ada = call("ada")
    assert board(ada, course_id=school["piano"]).keys() == {
        school["piano_monday"],
        school["piano_thursday"],
    }
    assert board(ada, teacher_id=school["tom"], weekday=5).keys() == {school["violin_friday"]}
    assert board(call("tom"), teacher_id=school["tia"]) == {}
    lines = [i for page in pages(ada, "list_classroom", limit=2) for i in page["items"]]
    assert [i["classroomSlotId"] for i in lines] == list(board(ada))
    assert len(lines) == 5


def test_a_date_shows_who_is_expected_and_whether_the_school_is_closed(
    db: Database, school: School, call: Callers
) -> None:
    asked = ask(call("sid"), db, school, "2027-03-08", "violin_friday", "2027-03-12")
    call("ada")("create_admission", **wish(school, "friday", student={"name": "Vic"}))
    call("ada")("approve_reschedule_request", reschedule_request_id=asked)
    friday = board(call("ada"), date="2027-03-12")
    assert friday.keys() == {school["violin_friday"]}
    line = friday[school["violin_friday"]]
    assert (line["occupied"], line["expected"], line["isClosed"]) == (1, 2, False)
    monday = board(call("tom"), date="2027-03-08")[school["violin_monday"]]
    assert (monday["occupied"], monday["expected"]) == (1, 0)
    call("ada")("create_closure", start_date="2027-03-12", end_date="2027-03-12", reason="Fair")
    line = board(call("ada"), date="2027-03-12")[school["violin_friday"]]
    assert (line["occupied"], line["expected"], line["isClosed"]) == (1, 0, True)
    assert board(call("ada"), date="2027-03-14") == {}


def test_the_way_of_a_student_from_lead_to_leaving(
    db: Database, school: School, client: Client, clock: Clock
) -> None:
    """Admit, hold and mark classes, move one, leave; another takes the seat at once."""
    sam, tom, ada = client("sam"), client("tom"), client("ada")
    admitted = sam.post(
        "/v1/admissions",
        json={
            "leadId": school["fresh"],
            "student": {"name": "Nia", "email": "nia@school.test"},
            "courseId": school["violin"],
            "coursePlanId": school["violin_4"],
            "startDate": "2027-03-01",
            "timeSlotIds": [school["monday"]],
        },
    )
    assert admitted.status_code == 201, admitted.text
    admission = admitted.json()["id"]
    token = ada.post(f"/v1/users/{admitted.json()['studentId']}/activation").json()["token"]
    activated = client("sid").post(
        "/v1/auth/activate", json={"token": token, "password": "a long enough password"}
    )
    assert activated.status_code == 200, activated.text
    nia = client("sid")  # the same address; what counts is the token
    nia.headers["Authorization"] = f"Bearer {activated.json()['accessToken']}"

    def mine() -> Any:
        return nia.get("/v1/me/attendance").json()["items"]

    assert [c["classDate"] for c in mine()] == [
        "2027-03-01",
        "2027-03-08",
        "2027-03-15",
        "2027-03-22",
    ]
    # the class is held and marked
    clock.set("2027-03-01T17:00:00+00:00")
    sheet = tom.get("/v1/attendance", params={"date": "2027-03-01"}).json()["items"]
    assert {c["student"]["name"] for c in sheet} == {"Nia", "Sid"}
    marks = [{"id": c["id"], "status": "present"} for c in sheet]
    assert tom.post("/v1/attendance/mark", json={"items": marks}).status_code == 200
    read = nia.get(f"/v1/admissions/{admission}").json()
    assert (read["remaining"], read["unmarked"], read["progress"]) == (3, 0, 0.25)
    # one class is to move
    second = mine()[1]["id"]
    options = nia.get(f"/v1/attendance/{second}/reschedule-options").json()["items"]
    wish_for = next(o for o in options if o["classroomSlotId"] == school["violin_friday"])
    asked = nia.post(
        "/v1/reschedule-requests",
        json={
            "attendanceId": second,
            "classroomSlotId": wish_for["classroomSlotId"],
            "classDate": wish_for["date"],
            "reason": "A journey",
        },
    )
    assert asked.status_code == 201, asked.text
    pending = tom.get("/v1/reschedule-requests", params={"status": "pending"}).json()["items"]
    assert [(r["id"], r["student"]["name"], r["reason"]) for r in pending] == [
        (asked.json()["id"], "Nia", "A journey")
    ]
    decide = f"/v1/reschedule-requests/{asked.json()['id']}/approve"
    assert tom.post(decide, json={}).status_code == 403
    assert ada.post(decide, json={}).json()["status"] == "approved"
    again = ada.post(decide, json={})
    assert (again.status_code, again.json()["code"]) == (409, "already_decided")
    moved = next(c for c in mine() if c["id"] == second)
    assert (moved["classDate"], moved["originalClassDate"]) == (wish_for["date"], "2027-03-08")
    assert len(mine()) == 4
    # the class is full, until she leaves
    other = {
        "student": {"name": "Oda"},
        "courseId": school["violin"],
        "coursePlanId": school["violin_4"],
        "startDate": "2027-03-08",
        "timeSlotIds": [school["monday"]],
    }
    refused = ada.post("/v1/admissions", json=other)
    assert (refused.status_code, refused.json()["code"]) == (409, "slot_full")
    gone = ada.post(f"/v1/admissions/{admission}/cancel", json={"reason": "Moved away"})
    assert (gone.status_code, gone.json()["status"], gone.json()["remaining"]) == (
        200,
        "cancelled",
        0,
    )
    assert sorted(c["status"] for c in mine()) == ["cancelled"] * 3 + ["present"]
    assert ada.post("/v1/admissions", json=other).status_code == 201


def test_totals_and_lists_of_a_class_are_of_the_same_people(
    db: Database, school: School, call: Callers
) -> None:
    """Those who left are in neither; the date's list has who is expected on it."""
    vic = call("ada")("create_admission", **wish(school, "monday", student={"name": "Vic"}))
    call("ada")("cancel_admission", admission_id=school["sid_admission"])

    def monday() -> Any:
        (line,) = call("ada")("list_classroom", weekday=1, course_id=school["violin"],
                              date="2027-03-08")["items"]  # fmt: skip
        return line

    line = monday()
    assert (line["occupied"], line["expected"]) == (1, 1)
    assert [s["name"] for s in line["students"]] == ["Vic"]
    assert line["occupied"] == seats_taken(db, school["violin_monday"])
    sheet = call("tom")("list_attendance", date="2027-03-08", status="scheduled")["items"]
    assert [i["admissionId"] for i in sheet] == [vic["id"]]


def test_with_a_date_the_students_are_everybody_of_that_date(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    ada, friday = call("ada"), school["violin_friday"]
    vic = ada("create_admission", **wish(school, "friday", student={"name": "Vic"}))
    bob = ada("create_admission", **wish(school, "friday", student={"name": "Bob"}))
    ada("block_admission", admission_id=bob["id"])
    asked = ask(call("sid"), db, school, "2027-03-08", "violin_friday", "2027-03-12")
    ada("update_classroom_slot", classroom_slot_id=friday, capacity=4, present=["capacity"])
    ada("approve_reschedule_request", reschedule_request_id=asked)
    ids = School({**school.ids, "vic": vic["studentId"], "bob": bob["studentId"]})
    away = class_on(db, ids, "vic", "2027-03-12")
    announced = ada("announce_absence", attendance_id=away)["absenceAnnouncedAt"]
    booked = book(call("sam"), school, "fresh", "violin_friday", "2027-03-12")
    everybody = [
        {
            "id": bob["studentId"],
            "name": "Bob",
            "kind": "weekly",
            "status": "scheduled",
            "attendanceId": class_on(db, ids, "bob", "2027-03-12"),
            "admissionId": bob["id"],
            "isBlocked": True,
            "canMark": False,
            "remaining": 4,
        },
        {
            "id": school["fresh"],
            "name": "Fresh",
            "kind": "trial",
            "status": "booked",
            "trialId": booked,
        },
        {
            "id": school["sid"],
            "name": "Sid",
            "kind": "moved",
            "status": "scheduled",
            "attendanceId": class_on(db, school, "sid", "2027-03-12"),
            "admissionId": school["sid_admission"],
            "canMark": False,
            "remaining": 8,
        },
        {
            "id": vic["studentId"],
            "name": "Vic",
            "kind": "weekly",
            "status": "scheduled",
            "attendanceId": away,
            "admissionId": vic["id"],
            "absenceAnnouncedAt": announced,
            "canMark": False,
            "remaining": 4,
        },
    ]
    line = board(call("tom"), date="2027-03-12")[friday]
    assert line["students"] == everybody
    assert (line["expected"], line["freeOnDate"], line["capacity"]) == (3, 1, 4)
    assert "students" not in board(call("sam"), date="2027-03-12")[friday]
    # whoever stands in on the date has the register, and marks by it
    ada("set_substitute", classroom_slot_id=friday, date="2027-03-12", teacher_id=school["tia"],
        present=["teacher_id"])  # fmt: skip
    assert board(call("tia"), date="2027-03-12")[friday]["students"] == everybody
    assert friday not in board(call("tia"), date="2027-03-19")
    clock.set("2027-03-12T18:00:00Z")
    call("tia")("record_trial_outcome", trial_id=booked, status="attended")
    call("tia")("mark_attendance", attendance_id=everybody[2]["attendanceId"], status="late")
    seen = {s["name"]: s["status"] for s in board(ada, date="2027-03-12")[friday]["students"]}
    assert seen == {"Bob": "scheduled", "Fresh": "attended", "Sid": "late", "Vic": "scheduled"}
    # without a date, as ever: who sits there every week
    assert [s["name"] for s in board(ada)[friday]["students"]] == ["Bob", "Vic"]


def test_a_stretch_of_dates_has_one_line_for_each_class_and_date(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    ada = call("ada")
    ada("create_closure", start_date="2027-03-10", end_date="2027-03-10", reason="Fair")
    clock.set("2027-03-05T09:00:00Z")
    call("tom")("mark_attendance", attendance_id=class_on(db, school, "sid", "2027-03-01"),
                status="present")  # fmt: skip
    stretch = {"from": "2027-03-01", "to": "2027-03-14"}

    def lines(person: str, **filters: Any) -> Any:
        return [
            i
            for page in pages(call(person), "list_classroom", limit=2, **stretch, **filters)
            for i in page["items"]
        ]

    found = lines("ada")
    days = ["2027-03-01"] * 2 + ["2027-03-03", "2027-03-04", "2027-03-05"]
    days += ["2027-03-08"] * 2 + ["2027-03-10", "2027-03-11", "2027-03-12"]
    assert [i["date"] for i in found] == days
    violin = [i for i in found if i["course"]["name"] == "Violin I"]
    nothing = {"present": 0, "late": 0, "absent": 0, "unmarked": 0}
    assert [(i["date"], i["expected"], i["isClosed"], i["marks"]) for i in violin] == [
        ("2027-03-01", 1, False, {**nothing, "present": 1}),
        ("2027-03-03", 1, False, {**nothing, "unmarked": 1}),
        ("2027-03-05", 0, False, nothing),
        ("2027-03-08", 1, False, nothing),
        ("2027-03-10", 0, True, nothing),
        ("2027-03-12", 0, False, nothing),
    ]
    assert [[s["name"] for s in i["students"]] for i in violin] == [
        ["Sid"], ["Sid"], [], ["Sid"], [], [],
    ]  # fmt: skip
    assert [i["date"] for i in lines("tom")] == [i["date"] for i in violin]
    assert lines("sam", weekday=3)[0].keys() >= {"marks", "expected", "freeOnDate"}
    assert "students" not in lines("sam")[0]
    assert "marks" not in board(ada, date="2027-03-03")[school["violin_wednesday"]]


def test_a_stretch_has_two_ends_and_two_weeks_at_most(school: School, client: Client) -> None:
    for query in (
        {"from": "2027-03-01"},
        {"to": "2027-03-01"},
        {"from": "2027-03-02", "to": "2027-03-01"},
        {"from": "2027-03-01", "to": "2027-03-15"},
        {"from": "2027-03-01", "to": "2027-03-02", "date": "2027-03-01"},
    ):
        refused(client("ada").get("/v1/classroom", params=query), 400, "invalid_request")
    whole = client("ada").get("/v1/classroom", params={"from": "2027-03-01", "to": "2027-03-14"})
    assert len(whole.json()["items"]) == 10
