"""A substitute teaches a class on one date."""

from typing import Any

import pytest

from tests.support.admitting import new_class, nothing_changes, wish
from tests.support.asking import one, refusal
from tests.support.classrooms import ask, class_on, events
from tests.support.school import Caller, Callers, Clock, Database, School
from tests.support.servers import Client

NOWHERE = "00000000-0000-4000-8000-000000000000"


def stand_in(caller: Caller, school: School, slot: str, date: str, teacher: str | None) -> Any:
    return caller(
        "set_substitute",
        classroom_slot_id=school.ids.get(slot, slot),
        date=date,
        teacher_id=None if teacher is None else school.ids.get(teacher, teacher),
        present=["teacher_id"],
    )


def test_a_substitute_sees_and_marks_the_class_and_its_teacher_does_not(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    row = class_on(db, school, "sid", "2027-03-03")
    answer = stand_in(call("ada"), school, "violin_wednesday", "2027-03-03", "tia")
    assert answer == {
        "classroomSlotId": school["violin_wednesday"],
        "classroomSlot": school.weekly_class("violin_wednesday"),
        "date": "2027-03-03",
        "teacher": {"id": school["tia"], "name": "Tia"},
    }
    clock.set("2027-03-03T16:30:00+00:00")
    sheet = call("tia")("list_attendance", date="2027-03-03")["items"]
    assert [(i["id"], i["teacher"]["name"]) for i in sheet] == [(row, "Tia")]
    day = call("tia")("list_classroom", date="2027-03-03")["items"]
    assert [(i["teacher"]["name"], i["substitute"]["name"]) for i in day] == [("Tom", "Tia")]
    with nothing_changes(db):
        mark = {"attendance_id": row, "status": "present"}
        assert refusal(call("tom"), "mark_attendance", **mark).code == "not_found"
    call("tia")("mark_attendance", attendance_id=row, status="present")
    # one date only
    other = class_on(db, school, "sid", "2027-03-01")
    refused = refusal(call("tia"), "mark_attendance", attendance_id=other, status="present")
    assert refused.code == "not_found"
    assert one(db, "select count(*) from school.class_substitutes") == 1


def test_a_substitute_is_taken_back_and_naming_the_teacher_is_the_same(
    db: Database, school: School, call: Callers
) -> None:
    row = class_on(db, school, "sid", "2027-03-03")
    for nobody in (None, "tom"):
        stand_in(call("ada"), school, "violin_wednesday", "2027-03-03", "tia")
        stand_in(call("ada"), school, "violin_wednesday", "2027-03-03", "tia")
        assert (
            one(db, "select teacher_id::text from school.attendance where id = %s", row)
            == (school["tia"])
        )
        answer = stand_in(call("ada"), school, "violin_wednesday", "2027-03-03", nobody)
        assert answer["teacher"]["name"] == "Tom"
        assert (
            one(db, "select teacher_id::text from school.attendance where id = %s", row)
            == (school["tom"])
        )
        assert db.execute("select * from school.class_substitutes").fetchall() == []


def test_each_rule_of_substitutes_refuses_with_its_code(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    call("ada")("create_closure", start_date="2027-04-07", end_date="2027-04-07", reason="Fair")
    clock.set("2027-03-04T09:00:00+00:00")
    with nothing_changes(db):
        for slot, date, teacher, code in (
            (NOWHERE, "2027-03-10", "tia", "not_found"),
            ("violin_wednesday", "2027-03-10", NOWHERE, "unknown_reference"),
            ("violin_wednesday", "2027-03-10", "sam", "not_a_teacher"),
            ("violin_wednesday", "2027-03-11", "tia", "weekday_mismatch"),
            ("violin_wednesday", "2027-04-07", "tia", "school_closed"),
            ("violin_monday", "2027-03-08", "tia", "teacher_conflict"),  # she has piano then
        ):
            refused = refusal(stand_in, call("ada"), school, slot, date, teacher)
            assert refused.code == code, (slot, date, teacher, refused)
        for person in ("sam", "tom", "sid", None):
            refused = refusal(
                stand_in, call(person), school, "violin_wednesday", "2027-03-10", None
            )
            assert refused.code == "forbidden"
        absent = {"classroom_slot_id": school["violin_wednesday"], "date": "2027-03-10"}
        assert refusal(call("ada"), "set_substitute", **absent).code == "invalid_request"


def test_of_a_past_date_what_is_not_marked_says_who_taught(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    made = call("ada")("create_admission", **wish(school, "monday", student={"name": "Vic"}))
    vics = one(
        db,
        "select id::text from school.attendance where admission_id = %s"
        " and class_date = '2027-03-01'",
        made["id"],
    )
    sids = class_on(db, school, "sid", "2027-03-01")
    clock.set("2027-03-10T09:00:00Z")
    call("ada")("mark_attendance", attendance_id=sids, status="present")
    tea = call("ada")("create_user", name="Tea", role="teacher", email="tea@school.test")["id"]
    stand_in(call("ada"), school, "violin_monday", "2027-03-01", tea)
    taught = "select teacher_id::text from school.attendance where id = %s"
    assert (one(db, taught, vics), one(db, taught, sids)) == (tea, school["tom"])
    stand_in(call("ada"), school, "violin_monday", "2027-03-01", None)
    assert one(db, taught, vics) == school["tom"]
    with nothing_changes(db):
        for person in ("sam", "tom", None):
            refused = refusal(stand_in, call(person), school, "violin_monday", "2027-03-01", "tom")
            assert refused.code == "forbidden"


def told_of(db: Database, kind: str = "class.substituted") -> Any:
    """Return who was told what of substitutes, by name: the text of each notice, in order."""
    rows = db.execute(
        "select u.name, n.title || ': ' || n.body from school.notifications as n"
        " join school.users as u on u.id = n.recipient_user_id"
        " join school.notification_events as e on e.id = n.event_id"
        " where n.type = %s order by e.sequence, u.name",
        (kind,),
    ).fetchall()
    return {name: [text for who, text in rows if who == name] for name, _ in rows}


def test_everybody_whom_a_substitute_concerns_is_told_and_so_they_are_when_it_changes(
    db: Database, school: School, call: Callers
) -> None:
    tea = call("ada")("create_user", name="Tea", role="teacher", email="tea@school.test")["id"]
    for date in ("2027-03-03", "2027-03-10"):
        stand_in(call("ada"), school, "violin_wednesday", date, "tia")
        stand_in(call("ada"), school, "violin_wednesday", date, "tia")  # nothing new
    both = [
        f"Another teacher on {date}: Violin I: Tia teaches" for date in ("2027-03-03", "2027-03-10")
    ]
    assert told_of(db) == dict.fromkeys(("Sid", "Tia", "Tom"), both)
    stand_in(call("ada"), school, "violin_wednesday", "2027-03-10", tea)
    changed = "Another teacher on 2027-03-10: Violin I: Tea teaches"
    assert told_of(db)["Tea"] == [changed]
    assert told_of(db)["Tia"] == told_of(db)["Sid"] == [*both, changed]
    stand_in(call("ada"), school, "violin_wednesday", "2027-03-10", None)
    stand_in(call("ada"), school, "violin_wednesday", "2027-03-10", None)
    back = "Another teacher on 2027-03-10: Violin I: Tom teaches"
    assert told_of(db)["Tea"] == [changed, back]
    assert told_of(db)["Sid"] == [*both, changed, back]
    assert told_of(db)["Tia"] == [*both, changed], "not hers any more"


def test_a_new_teacher_of_a_class_is_told_to_both_and_to_its_students(
    db: Database, school: School, call: Callers
) -> None:
    ada = call("ada")
    made = ada("create_admission", **wish(school, "friday", student={"name": "Vic"}))
    asked = ask(call("sid"), db, school, "2027-03-10", "violin_friday", "2027-03-12")
    ada("approve_reschedule_request", reschedule_request_id=asked)
    ada("put_course_teacher", course_id=school["violin"], teacher_id=school["tia"])
    change = {"classroom_slot_id": school["violin_friday"], "present": ["teacher_id"]}
    ada("update_classroom_slot", **change, teacher_id=school["tom"])
    assert told_of(db, "class.teacher_changed") == {}
    ada("update_classroom_slot", **change, teacher_id=school["tia"])
    told = told_of(db, "class.teacher_changed")
    assert told.keys() == {"Sid", "Tia", "Tom", "Vic"}
    text = "A class has another teacher: Violin I, Friday 16:00-17:00: Tia teaches from now on"
    assert {t.replace("\N{EN DASH}", "-") for (t,) in told.values()} == {text}
    assert made["studentId"]


def test_a_substitute_stands_in_once_at_a_time(db: Database, school: School, call: Callers) -> None:
    tea = call("ada")("create_user", name="Tea", role="teacher", email="tea@school.test")["id"]
    call("ada")("put_course_teacher", course_id=school["piano"], teacher_id=tea)
    _, late = new_class(call, school, 3, "16:30", "17:30", course="piano", teacher="tia")
    third = {**school.ids, "tea": tea}
    school_with = type(school)(third)
    stand_in(call("ada"), school_with, "violin_wednesday", "2027-03-10", "tea")
    with nothing_changes(db):
        refused = refusal(stand_in, call("ada"), school_with, late, "2027-03-10", "tea")
        assert refused.code == "teacher_conflict"
        # tom is free while tea stands in for him, on that date only
        refused = refusal(stand_in, call("ada"), school_with, late, "2027-03-17", "tom")
        assert refused.code == "teacher_conflict"
    stand_in(call("ada"), school_with, late, "2027-03-10", "tom")


def test_whoever_stands_in_on_a_date_to_come_keeps_the_account(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    tea = call("ada")("create_user", name="Tea", role="teacher", email="tea@school.test")["id"]
    stand_in(call("ada"), school, "violin_wednesday", "2027-03-10", tea)
    with nothing_changes(db):
        refused = refusal(call("ada"), "delete_user", user_id=tea)
        assert refused.code == "in_use"
        role = {"user_id": tea, "role": "staff", "present": ["role"]}
        assert refusal(call("ada"), "update_user", **role).code == "in_use"
    clock.set("2027-03-11T09:00:00+00:00")
    call("ada")("delete_user", user_id=tea)


def test_a_class_moved_to_a_date_with_a_substitute_is_the_substitutes(
    db: Database, school: School, call: Callers
) -> None:
    row = class_on(db, school, "sid", "2027-03-08")
    stand_in(call("ada"), school, "violin_friday", "2027-03-12", "tia")
    asked = ask(call("sid"), db, school, "2027-03-08", "violin_friday", "2027-03-12")
    call("ada")("approve_reschedule_request", reschedule_request_id=asked)
    teacher = "select teacher_id::text from school.attendance where id = %s"
    assert one(db, teacher, row) == school["tia"]
    assert events(db, asked) == ["reschedule.requested", "reschedule.approved"]
    # a new teacher of the class leaves the date to its substitute
    tea = call("ada")("create_user", name="Tea", role="teacher", email="tea@school.test")["id"]
    call("ada")("put_course_teacher", course_id=school["violin"], teacher_id=tea)
    call("ada")("update_classroom_slot", classroom_slot_id=school["violin_friday"],
                teacher_id=tea, present=["teacher_id"])  # fmt: skip
    assert one(db, teacher, row) == school["tia"]
    stand_in(call("ada"), school, "violin_friday", "2027-03-12", None)
    assert one(db, teacher, row) == tea


def peoples_of(caller: Caller) -> Any:
    """The admissions and the students that a teacher sees, once by each way of asking."""
    admissions = {item["id"] for item in caller("list_admissions")["items"]}
    students = {name for (name,) in caller.rows("select card ->> 'name' from school.users")}
    return admissions, students - {"Tia"}


@pytest.mark.parametrize("one_date", ["stood in", "moved"])
def test_who_had_one_date_with_a_teacher_is_among_their_people_for_good(
    db: Database, school: School, call: Callers, clock: Clock, one_date: str
) -> None:
    """Weekly or on one date, to come or years ago: no window of time ends it."""
    una = ({school["una_admission"]}, {"Una"})
    both = ({school["una_admission"], school["sid_admission"]}, {"Una", "Sid"})
    assert peoples_of(call("tia")) == una
    if one_date == "stood in":
        stand_in(call("ada"), school, "violin_wednesday", "2027-03-10", "tia")
        row = class_on(db, school, "sid", "2027-03-10")
    else:
        row = class_on(db, school, "sid", "2027-03-08")
        stand_in(call("ada"), school, "violin_friday", "2027-03-05", "tia")
        asked = ask(call("sid"), db, school, "2027-03-08", "violin_friday", "2027-03-05")
        call("ada")("approve_reschedule_request", reschedule_request_id=asked)
    assert peoples_of(call("tia")) == both, "from the moment it is dated"
    clock.set("2027-03-10T20:00:00Z")
    call("tia")("mark_attendance", attendance_id=row, status="present")
    for day in ("2027-05-10", "2027-05-12", "2029-03-01"):
        clock.set(f"{day}T09:00:00Z")
        db.execute("select jobs.run('complete_admissions')")
        db.execute(
            "select school.keep_teachers(array[%s, %s]::uuid[])",
            (school["sid_admission"], school["una_admission"]),
        )
        assert peoples_of(call("tia")) == both, day
    # Nor does it begin with somebody else's: tom has had no date with una.
    assert peoples_of(call("tom"))[0] == {school["sid_admission"]}


def test_who_is_taken_back_before_the_date_has_met_nobody(
    db: Database, school: School, call: Callers
) -> None:
    before = peoples_of(call("tia"))
    stand_in(call("ada"), school, "violin_wednesday", "2027-03-10", "tia")
    assert peoples_of(call("tia")) != before
    stand_in(call("ada"), school, "violin_wednesday", "2027-03-10", None)
    assert peoples_of(call("tia")) == before


def test_over_http_teacher_id_is_required_and_may_be_null(school: School, client: Client) -> None:
    path = f"/v1/classroom-slots/{school['violin_wednesday']}/substitute"
    ada = client("ada")
    assert ada.post(path, json={"date": "2027-03-10"}).status_code == 400
    answer = ada.post(path, json={"date": "2027-03-10", "teacherId": school["tia"]})
    assert (answer.status_code, answer.json()["teacher"]["name"]) == (200, "Tia")
    answer = ada.post(path, json={"date": "2027-03-10", "teacherId": None})
    assert (answer.status_code, answer.json()["teacher"]["name"]) == (200, "Tom")
    answer = ada.post(path, json={"date": "2027-03-08", "teacherId": school["tia"]})
    assert (answer.status_code, answer.json()["code"]) == (422, "weekday_mismatch")
