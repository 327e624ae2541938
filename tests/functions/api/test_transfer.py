"""Another weekly time for the rest of a plan."""

from typing import Any

import pytest

from tests.support.admitting import codes, fill, new_class, nothing_changes, seats_taken, wish
from tests.support.asking import one, refusal
from tests.support.classrooms import ask, class_on, classes, events, seats, status
from tests.support.notices import names
from tests.support.school import Caller, Callers, Database, School
from tests.support.servers import Client

NOWHERE = "00000000-0000-4000-8000-000000000000"
# Sid's Wednesdays go to the Fridays from the second week on.
FRIDAYS = ["2027-03-12", "2027-03-19", "2027-03-26"]


def wanted(school: School, slot: str = "friday", **members: Any) -> dict[str, Any]:
    """Arguments of a transfer of Sid's Wednesdays to a time slot from 2027-03-08 on."""
    return {
        "admission_id": school["sid_admission"],
        "from_classroom_slot_id": school["violin_wednesday"],
        "time_slot_id": school.ids.get(slot, slot),
        "from": "2027-03-08",
        **members,
    }


def transfer(caller: Caller, school: School, *slot: str, **members: Any) -> Any:
    return caller("transfer_admission", **wanted(school, *slot, **members))


def preview(caller: Caller, school: School, *slot: str, **members: Any) -> Any:
    return caller("preview_transfer", **wanted(school, *slot, **members))


def rows(db: Database, admission: str) -> Any:
    """Return the rows of an admission in the order of their first dates."""
    return db.execute(
        "select id::text, class_date::text, classroom_slot_id::text, original_class_date::text,"
        " start_time::text from school.attendance where admission_id = %s"
        " order by coalesce(original_class_date, class_date), start_time",
        (admission,),
    ).fetchall()


def test_the_classes_themselves_go_to_the_new_time_in_order(
    db: Database, school: School, call: Callers
) -> None:
    before = rows(db, school["sid_admission"])
    with nothing_changes(db):
        told = preview(call("ada"), school)
    answer = transfer(call("ada"), school)
    after = rows(db, school["sid_admission"])
    assert [row[0] for row in after] == [row[0] for row in before]
    moved = [row for row in after if row[2] == school["violin_friday"]]
    assert [(row[1], row[3]) for row in moved] == [
        ("2027-03-12", "2027-03-10"),
        ("2027-03-19", "2027-03-17"),
        ("2027-03-26", "2027-03-24"),
    ]
    assert (
        one(
            db,
            "select count(*) from school.attendance where original_classroom_slot_id = %s",
            school["violin_wednesday"],
        )
        == 3
    )
    assert told == {
        "ok": True,
        "moved": [
            {
                "attendanceId": row[0],
                "fromDate": row[3],
                "toDate": row[1],
                "classroomSlotId": school["violin_friday"],
                "classroomSlot": school.weekly_class("violin_friday"),
                "startTime": "16:00",
            }
            for row in moved
        ],
        "conflicts": [],
    }
    assert [s["classroomSlotId"] for s in answer["slots"]] == [
        school["violin_monday"],
        school["violin_friday"],
    ]
    assert answer["attendance"] == {
        "total": 8, "firstDate": "2027-03-01", "lastDate": "2027-03-26",
    }  # fmt: skip
    assert seats(db, school["sid_admission"]) == ["active", "active", "inactive"]
    assert seats_taken(db, school["violin_wednesday"]) == 0
    assert seats_taken(db, school["violin_friday"]) == 1
    assert events(db, school["sid_admission"]) == ["admission.created", "admission.transferred"]


def offer(db: Database, school: School, slot: str, expires: str | None, **who: str) -> str:
    """Put somebody in line for violin; with ``expires`` a seat of the slot's class is held."""
    ((column, person),) = who.items()
    entry = one(
        db,
        f"insert into school.waitlist_entries ({column}_id, course_id, classes_per_week, status,"
        " offer_expires_at) values (%s, %s, 1, %s, %s) returning id::text",
        person,
        school["violin"],
        "offered" if expires else "waiting",
        expires,
    )
    db.execute(
        "insert into school.waitlist_time_slots (waitlist_entry_id, time_slot_id) values (%s, %s)",
        (entry, school[slot]),
    )
    if expires:
        db.execute(
            "insert into school.held_seats (waitlist_entry_id, classroom_slot_id) values (%s, %s)",
            (entry, school[f"violin_{slot}"]),
        )
    return str(entry)


def both_refuse(db: Database, call: Callers, school: School, code: str, **members: Any) -> Any:
    """Check that transfer and preview refuse alike and change nothing; return the conflicts."""
    arguments = {**wanted(school), **members}
    with nothing_changes(db):
        refused = refusal(call("ada"), "transfer_admission", **arguments)
        told = call("ada")("preview_transfer", **arguments)
    assert (refused.code, told["ok"]) == (code, False), (members, refused)
    assert told["conflicts"] == refused.members["conflicts"]
    assert told["conflicts"][0]["code"] == code
    return told["conflicts"]


def test_each_rule_refuses_a_transfer_and_shows_in_its_preview(
    db: Database, school: School, call: Callers
) -> None:
    ada = call("ada")
    closed, _ = new_class(call, school, 6, "10:00", "11:00")
    inactive, _ = new_class(call, school, 2, "10:00", "11:00")
    overlap, _ = new_class(call, school, 5, "16:30", "17:30", course="piano", teacher="tia")
    ada("put_course_teacher", course_id=school["violin"], teacher_id=school["tia"])
    ada("set_operating_days", days='[{"weekday": 6, "isOpen": false}]')
    ada("update_time_slot", time_slot_id=inactive, is_active=False, present=["is_active"])
    for members, code in (
        ({"from": "2027-03-01"}, "start_date_out_of_range"),
        ({"from": "2027-02-28"}, "start_date_out_of_range"),
        ({"from": "2028-03-01"}, "start_date_out_of_range"),
        ({"time_slot_id": school["wednesday"]}, "no_change"),
        ({"time_slot_id": closed}, "slot_not_operating"),
        ({"time_slot_id": inactive}, "slot_not_operating"),
        ({"time_slot_id": school["tuesday"]}, "no_classroom"),
        ({"teacher_id": school["tia"]}, "no_classroom"),
        ({"teacher_id": school["sam"]}, "not_a_teacher"),
        ({"time_slot_id": school["monday"]}, "already_enrolled"),
    ):
        conflicts = both_refuse(db, call, school, code, **members)
        assert codes(conflicts) == [code] or members.get("teacher_id") == school["sam"], conflicts
    ada("delete_course_teacher", course_id=school["violin"], teacher_id=school["tia"])
    both_refuse(db, call, school, "teacher_not_for_course", teacher_id=school["tia"])
    ada(
        "create_admission",
        course_id=school["piano"],
        course_plan_id=school["piano_4"],
        start_date="2027-03-01",
        time_slot_ids=[overlap],
        student_id=school["sid"],
    )
    both_refuse(db, call, school, "student_conflict")


def test_a_full_class_is_told_with_alternatives_but_for_the_one_to_be_left(
    db: Database, school: School, call: Callers
) -> None:
    _, saturday = new_class(call, school, 6, "10:00", "11:00")
    fill(db, school["violin_friday"], 3)
    (conflict,) = both_refuse(db, call, school, "slot_full")
    assert (conflict["capacity"], conflict["occupied"]) == (3, 3)
    assert [a["classroomSlotId"] for a in conflict["alternatives"]] == [saturday]


def test_a_seat_held_for_others_is_refused_and_ones_own_is_taken(
    db: Database, school: School, call: Callers
) -> None:
    fill(db, school["violin_friday"], 2)
    theirs = offer(db, school, "friday", "2027-03-03T09:00:00Z", lead=school["unowned"])
    (conflict,) = both_refuse(db, call, school, "slot_held")
    assert conflict["heldUntil"].startswith("2027-03-03T09:00:00")
    db.execute("delete from school.held_seats")
    query = "update school.waitlist_entries set status = 'waiting', offer_expires_at = null"
    db.execute(query)
    own = offer(db, school, "friday", "2027-03-03T09:00:00Z", student=school["sid"])
    transfer(call("ada"), school)
    assert status(db, "waitlist_entries", own) == "admitted"
    assert status(db, "waitlist_entries", theirs) == "waiting"
    assert seats_taken(db, school["violin_friday"]) == 3


def test_the_old_seat_goes_to_who_waits_for_it_at_once(
    db: Database, school: School, call: Callers
) -> None:
    entry = offer(db, school, "wednesday", None, lead=school["fresh"])
    with nothing_changes(db):
        assert preview(call("ada"), school)["ok"]
    transfer(call("ada"), school)
    assert status(db, "waitlist_entries", entry) == "offered"
    assert names(db, "waitlist.offered") == ["Sam"]
    late = wish(school, "wednesday", student={"name": "Vic"})
    assert refusal(call("ada"), "create_admission", **late).code == "slot_held"


@pytest.mark.parametrize("end", ["block", "cancel", "renew"])
def test_only_an_active_admission_that_has_its_seats_changes_its_time(
    db: Database, school: School, call: Callers, end: str
) -> None:
    call("ada")(f"{end}_admission", admission_id=school["sid_admission"])
    conflicts = both_refuse(db, call, school, "invalid_state")
    assert codes(conflicts) == ["invalid_state"]


def test_a_plan_that_finds_too_few_dates_keeps_its_time(
    db: Database, school: School, call: Callers
) -> None:
    db.execute(
        "insert into school.school_closures (start_date, end_date, reason)"
        " values ('2027-03-26', '2031-03-25', 'Sabbatical')"
    )
    conflicts = both_refuse(db, call, school, "no_class_dates")
    assert conflicts[0]["message"].startswith("Only 2 of 3")


def test_ids_that_name_nothing_and_a_version_that_is_past(
    db: Database, school: School, call: Callers
) -> None:
    with nothing_changes(db):
        for member, pointer in (
            ("from_classroom_slot_id", "/fromClassroomSlotId"),
            ("time_slot_id", "/timeSlotId"),
            ("teacher_id", "/teacherId"),
        ):
            for function in ("transfer_admission", "preview_transfer"):
                arguments = {**wanted(school), member: NOWHERE}
                refused = refusal(call("ada"), function, **arguments)
                assert refused.code == "unknown_reference"
                assert refused.members["errors"][0]["pointer"] == pointer
        other = wanted(school, from_classroom_slot_id=school["violin_friday"])
        assert refusal(call("ada"), "transfer_admission", **other).code == "unknown_reference"
        stale = wanted(school, if_match=99)
        assert refusal(call("ada"), "transfer_admission", **stale).code == "version_mismatch"


def test_who_may_change_the_weekly_time(db: Database, school: School, call: Callers) -> None:
    functions = ("transfer_admission", "preview_transfer")
    with nothing_changes(db):
        for function in functions:
            for person in ("tom", "sid", None):
                assert refusal(call(person), function, **wanted(school)).code == "forbidden"
            assert refusal(call("sue"), function, **wanted(school)).code == "not_found"
            nowhere = wanted(school, admission_id=NOWHERE)
            for person in ("sam", "ada"):
                assert refusal(call(person), function, **nowhere).code == "not_found"
    assert preview(call("sam"), school)["ok"]
    owner = "update school.leads set owner_id = %s where id = %s"
    db.execute(owner, (None, school["sams"]))
    with nothing_changes(db):
        for function in functions:
            assert refusal(call("sam"), function, **wanted(school)).code == "forbidden"
    db.execute(owner, (school["sam"], school["sams"]))
    db.execute("update school.leads set deleted_at = now() where id = %s", (school["sams"],))
    with nothing_changes(db):
        for function in functions:
            assert refusal(call("sam"), function, **wanted(school)).code == "not_found"
    db.execute("update school.leads set deleted_at = null where id = %s", (school["sams"],))
    transfer(call("sam"), school)
    assert events(db, school["sid_admission"])[-1] == "admission.transferred"


def test_an_admission_without_a_lead_is_changed_by_admins_only(
    db: Database, school: School, call: Callers
) -> None:
    made = call("ada")("create_admission", **wish(school, "friday", student={"name": "Vic"}))
    move = {
        "admission_id": made["id"],
        "from_classroom_slot_id": school["violin_friday"],
        "time_slot_id": school["monday"],
        "from": "2027-03-08",
    }
    assert refusal(call("sam"), "transfer_admission", **move).code == "not_found"
    assert call("root")("transfer_admission", **move)["id"] == made["id"]


def test_dates_that_are_closed_full_taken_or_paused_are_passed_over(
    db: Database, school: School, call: Callers
) -> None:
    """Closed on the 12th, full on the 19th, paused on the 26th, a piano class on 2 April."""
    ada = call("ada")
    ada("create_closure", start_date="2027-03-12", end_date="2027-03-12", reason="Fair")
    db.execute(
        "update school.classroom_slots set capacity = 1 where id = %s", (school["violin_friday"],)
    )
    visitor = ada("create_admission", **wish(school, "monday", student={"name": "Vic"}))
    row = one(
        db,
        "select id::text from school.attendance where admission_id = %s"
        " and class_date = '2027-03-15'",
        visitor["id"],
    )
    asked = ada(
        "create_reschedule_request",
        attendance_id=row,
        classroom_slot_id=school["violin_friday"],
        class_date="2027-03-19",
    )
    ada("approve_reschedule_request", reschedule_request_id=asked["id"])
    evening, _ = new_class(call, school, 2, "18:00", "19:00", course="piano", teacher="tia")
    _, friday = new_class(call, school, 5, "16:30", "17:30", course="piano", teacher="tia")
    ada(
        "create_admission",
        course_id=school["piano"],
        course_plan_id=school["piano_4"],
        start_date="2027-03-20",
        time_slot_ids=[evening],
        student_id=school["sid"],
    )
    piano = one(
        db,
        "select id::text from school.attendance where student_id = %s"
        " and class_date = '2027-03-30'",
        school["sid"],
    )
    asked = ada(
        "create_reschedule_request",
        attendance_id=piano,
        classroom_slot_id=friday,
        class_date="2027-04-02",
    )
    ada("approve_reschedule_request", reschedule_request_id=asked["id"])
    ada(
        "pause_admission",
        admission_id=school["sid_admission"],
        **{"from": "2027-03-24", "to": "2027-03-26"},
    )
    told = preview(ada, school)
    assert told["ok"], told
    transfer(ada, school)
    fridays = [r[1] for r in rows(db, school["sid_admission"]) if r[2] == school["violin_friday"]]
    assert fridays == ["2027-04-09", "2027-04-16"], "the third fell out with the pause"
    assert [m["toDate"] for m in told["moved"]] == fridays


def test_a_time_that_overlaps_the_one_to_be_left_is_no_conflict(
    db: Database, school: School, call: Callers
) -> None:
    """Half an hour later on the same day, with the dates as they are."""
    ada = call("ada")
    ada("put_course_teacher", course_id=school["violin"], teacher_id=school["tia"])
    later = ada("create_time_slot", weekday=3, start_time="16:30", end_time="17:30")["id"]
    again = ada(
        "create_classroom_slot",
        time_slot_id=later,
        course_id=school["violin"],
        teacher_id=school["tia"],
        capacity=1,
    )
    told = preview(ada, school, later)
    assert [(m["fromDate"], m["toDate"]) for m in told["moved"]] == [
        (day, day) for day in ("2027-03-10", "2027-03-17", "2027-03-24")
    ]
    transfer(ada, school, later)
    moved = [r for r in rows(db, school["sid_admission"]) if r[2] == again["id"]]
    assert [(r[1], r[4]) for r in moved] == [
        (day, "16:30:00") for day in ("2027-03-10", "2027-03-17", "2027-03-24")
    ]


def test_a_new_teacher_sees_the_student_and_the_old_one_does_not_forget(
    db: Database, school: School, call: Callers
) -> None:
    ada = call("ada")
    ada("put_course_teacher", course_id=school["violin"], teacher_id=school["tia"])
    slot = ada("create_time_slot", weekday=2, start_time="10:00", end_time="11:00")["id"]
    ada("create_classroom_slot", time_slot_id=slot, course_id=school["violin"],
        teacher_id=school["tia"], capacity=1)  # fmt: skip
    own = {"admission_id": school["sid_admission"]}
    assert refusal(call("tia"), "get_admission", **own).code == "not_found"
    transfer(call("sam"), school, slot)
    for teacher in ("tia", "tom"):
        assert call(teacher)("get_admission", **own)["id"] == school["sid_admission"]
    assert names(db, "admission.transferred") == ["Ada", "Root", "Sid", "Tia", "Tom"]
    told = one(
        db,
        "select distinct title || ': ' || body from school.notifications"
        " where type = 'admission.transferred'",
    )
    assert told.replace("\N{EN DASH}", "-") == (
        "Another weekly time: Sid, Violin I: Tuesday 10:00-11:00 instead of Wednesday 16:00-17:00,"
        " from 2027-03-08 on"
    )


def test_requests_and_announced_absences_of_classes_that_move_end(
    db: Database, school: School, call: Callers
) -> None:
    gone = ask(call("sid"), db, school, "2027-03-10", "violin_friday", "2027-03-19")
    kept = ask(call("sid"), db, school, "2027-03-08", "violin_friday", "2027-04-02")
    absent = class_on(db, school, "sid", "2027-03-17")
    db.execute(
        "update school.attendance set absence_announced_at = now(), absence_announced_by = %s,"
        " absence_reason = 'ill' where id = %s or class_date = '2027-03-03' and student_id = %s",
        (school["sid"], absent, school["sid"]),
    )
    transfer(call("ada"), school)
    assert status(db, "reschedule_requests", gone) == "closed"
    assert status(db, "reschedule_requests", kept) == "pending"
    announced = db.execute(
        "select class_date::text from school.attendance where absence_announced_at is not null"
    ).fetchall()
    assert announced == [("2027-03-03",)]


def test_moved_there_and_back_the_first_place_is_kept_and_the_seat_is_the_old_one(
    db: Database, school: School, call: Callers
) -> None:
    transfer(call("ada"), school)
    back = transfer(
        call("ada"),
        school,
        "wednesday",
        from_classroom_slot_id=school["violin_friday"],
    )
    assert [s["classroomSlotId"] for s in back["slots"]] == [
        school["violin_monday"],
        school["violin_wednesday"],
    ]
    assert [d for d, _ in classes(db, school["sid_admission"])] == [
        "2027-03-01", "2027-03-03", "2027-03-08", "2027-03-10",
        "2027-03-15", "2027-03-17", "2027-03-22", "2027-03-24",
    ]  # fmt: skip
    assert {r[3] for r in rows(db, school["sid_admission"])} == {
        None, "2027-03-10", "2027-03-17", "2027-03-24",
    }  # fmt: skip
    assert seats(db, school["sid_admission"]) == ["active", "active", "inactive"]


def test_a_class_that_somebody_leaves_later_is_full_for_who_comes_on_its_dates_until_then(
    db: Database, school: School, call: Callers
) -> None:
    """One seat on Wednesdays: free at once, and Sid still comes on the 3rd and the 10th."""
    transfer(call("ada"), school, **{"from": "2027-03-11"})
    made = call("ada")("create_admission", **wish(school, "wednesday", student={"name": "Vic"}))
    assert [d for d, _ in classes(db, made["id"])] == [
        "2027-03-17", "2027-03-24", "2027-03-31", "2027-04-07",
    ]  # fmt: skip


def test_a_renewal_at_another_time_leaves_the_seat_to_the_plan_it_renewed(
    db: Database, school: School, call: Callers
) -> None:
    ada = call("ada")
    renewed = ada("renew_admission", admission_id=school["sid_admission"])
    transfer(ada, school, admission_id=renewed["id"], **{"from": "2027-03-29"})
    assert seats(db, school["sid_admission"]) == ["active", "inactive"]
    assert seats_taken(db, school["violin_wednesday"]) == 1
    assert {r[2] for r in rows(db, renewed["id"])} == {
        school["violin_monday"],
        school["violin_friday"],
    }
    ada("cancel_admission", admission_id=renewed["id"])
    assert seats(db, school["sid_admission"]) == ["active", "active"]
    assert seats_taken(db, school["violin_friday"]) == 0


def test_a_plan_that_changed_its_time_and_gets_its_seats_back_gets_those_of_now(
    db: Database, school: School, call: Callers
) -> None:
    ada = call("ada")
    transfer(ada, school)
    renewed = ada("renew_admission", admission_id=school["sid_admission"])
    ada("cancel_admission", admission_id=renewed["id"])
    assert seats_taken(db, school["violin_wednesday"]) == 0
    assert seats_taken(db, school["violin_friday"]) == 1


def test_over_http_both_answer_200(db: Database, school: School, client: Client) -> None:
    path = f"/v1/admissions/{school['sid_admission']}/transfer"
    body = {
        "fromClassroomSlotId": school["violin_wednesday"],
        "timeSlotId": school["friday"],
        "from": "2027-03-08",
    }
    ada = client("ada")
    with nothing_changes(db):
        told = ada.post(f"{path}/preview", json=body)
        assert (told.status_code, told.json()["ok"]) == (200, True)
        assert ada.post(path, json={**body, "from": "soon"}).status_code == 400
        late = ada.post(path, json={**body, "from": "2027-03-01"})
        assert (late.status_code, late.json()["code"]) == (422, "start_date_out_of_range")
        assert client("sid").post(path, json=body).status_code == 403
    answer = ada.post(path, json=body)
    assert (answer.status_code, answer.json()["id"]) == (200, school["sid_admission"])
    assert [m["toDate"] for m in told.json()["moved"]] == FRIDAYS
    again = ada.post(path, json=body)
    assert (again.status_code, again.json()["code"]) == (422, "unknown_reference")
