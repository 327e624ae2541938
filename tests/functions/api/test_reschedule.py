"""Asking to move a class, and deciding about it."""

from typing import Any

import psycopg
import pytest

from tests.support.admitting import codes, fill, fingerprint, new_class, nothing_changes, wish
from tests.support.asking import one, refusal
from tests.support.classrooms import ask, class_on, classes, events, status
from tests.support.school import Caller, Callers, Clock, Conninfo, Database, Refusal, School

MOVE = "create_reschedule_request"


def wanted(
    db: Database, school: School, date: str, slot: str, to: str, student: str = "sid"
) -> Any:
    return {
        "attendance_id": class_on(db, school, student, date),
        "classroom_slot_id": school[slot],
        "class_date": to,
    }


def place(db: Database, row: Any) -> Any:
    return one(
        db,
        "select class_date::text, classroom_slot_id::text, start_time::text,"
        " original_class_date::text, original_classroom_slot_id::text"
        " from school.attendance where id = %s",
        row,
    )


def test_a_request_tells_what_moves_where_and_whether_it_would_fit(
    db: Database, school: School, call: Callers
) -> None:
    ada = call("ada")
    asked = call("sid")(MOVE, **wanted(db, school, "2027-03-10", "violin_friday", "2027-03-12"))
    request = {"reschedule_request_id": asked["id"]}

    def told() -> Any:
        """Return whether it would fit, the same for every reader, alone and in a list."""
        answers = {}
        for person in ("sid", "sam", "tom", "ada"):
            seen = call(person)("get_reschedule_request", **request)
            assert [seen] == call(person)("list_reschedule_requests")["items"]
            assert seen["course"] == {"id": school["violin"], "name": "Violin I"}
            assert seen["teacher"] == school.person("tom")
            assert seen["sourceClassroomSlot"] == school.weekly_class("violin_wednesday")
            source = ("sourceClassDate", "sourceStartTime", "sourceEndTime")
            assert tuple(seen[m] for m in source) == ("2027-03-10", "16:00", "17:00")
            answers[seen["wouldFit"]] = person
        [answer] = answers
        return answer

    assert told() is True
    fill(db, school["violin_friday"], 3)
    assert told() is False
    assert refusal(ada, "approve_reschedule_request", **request).code == "slot_full"
    ada("update_classroom_slot", classroom_slot_id=school["violin_friday"], capacity=4,
        present=["capacity"])  # fmt: skip
    assert told() is True
    ada("create_closure", start_date="2027-03-12", end_date="2027-03-12", reason="Fair")
    assert told() is False
    assert refusal(ada, "approve_reschedule_request", **request).code == "school_closed"
    call("sid")("withdraw_reschedule_request", **request)
    assert told() is None
    assert call("una").rows("select school.would_fit(%s)", (asked["id"],)) == [(None,)]


def test_a_move_is_asked_for_seen_and_approved_and_the_row_itself_moves(
    db: Database, school: School, call: Callers
) -> None:
    row = class_on(db, school, "sid", "2027-03-08")
    asked = call("sid")(MOVE, **wanted(db, school, "2027-03-08", "violin_friday", "2027-03-12"))
    assert (asked["status"], asked["sourceClassDate"]) == ("pending", "2027-03-08")
    assert (asked["classDate"], asked["startTime"]) == ("2027-03-12", "16:00")
    assert place(db, row)[0] == "2027-03-08"
    for person in ("sid", "sam", "tom", "ada"):
        seen = call(person)("get_reschedule_request", reschedule_request_id=asked["id"])
        assert seen["id"] == asked["id"]
        listed = call(person)("list_reschedule_requests", status="pending")["items"]
        assert [r["id"] for r in listed] == [asked["id"]]
        assert call(person)("list_reschedule_requests", status="approved")["items"] == []
    for person in ("una", "sue", "tia"):
        assert call(person)("list_reschedule_requests")["items"] == []
        get = {"reschedule_request_id": asked["id"]}
        assert refusal(call(person), "get_reschedule_request", **get).code == "not_found"
    decided = call("ada")("approve_reschedule_request", reschedule_request_id=asked["id"])
    assert (decided["status"], decided["decidedBy"]) == ("approved", school.person("ada"))
    assert place(db, row) == (
        "2027-03-12",
        school["violin_friday"],
        "16:00:00",
        "2027-03-08",
        school["violin_monday"],
    )
    assert len(classes(db, school["sid_admission"])) == 8
    assert events(db, asked["id"]) == ["reschedule.requested", "reschedule.approved"]
    admission = call("sid")("get_admission", admission_id=school["sid_admission"])
    assert (admission["remaining"], admission["attendance"]["total"]) == (8, 8)


def test_who_may_ask_and_decide(db: Database, school: School, call: Callers) -> None:
    own = wanted(db, school, "2027-03-08", "violin_friday", "2027-03-12")
    options = {"attendance_id": own["attendance_id"]}
    with nothing_changes(db):
        # another student's class, another's lead: as if it were not there
        for person in ("una", "sue"):
            assert refusal(call(person), MOVE, **own).code == "unknown_reference"
            refused = refusal(call(person), "list_reschedule_options", **options)
            assert refused.code == "not_found"
        for stranger in ("tom", "tia", None):
            assert refusal(call(stranger), MOVE, **own).code == "forbidden"
            refused = refusal(call(stranger), "list_reschedule_options", **options)
            assert refused.code == "forbidden"
        nowhere = "00000000-0000-4000-8000-000000000000"
        for member in ("attendance_id", "classroom_slot_id"):
            refused = refusal(call("ada"), MOVE, **{**own, member: nowhere})
            assert refused.code == "unknown_reference"
            pointer = {"attendance_id": "/attendanceId", "classroom_slot_id": "/classroomSlotId"}
            assert refused.members["errors"][0]["pointer"] == pointer[member]
    for person in ("sid", "sam", "ada"):
        asked = call(person)(MOVE, **own)
        decide = {"reschedule_request_id": asked["id"]}
        with nothing_changes(db):
            for other in ("sam", "sue", "tom", "sid", "una", None):
                for decision in ("approve_reschedule_request", "reject_reschedule_request"):
                    assert refusal(call(other), decision, **decide).code == "forbidden"
            withdraw = "withdraw_reschedule_request"
            assert refusal(call("una"), withdraw, **decide).code == "not_found"
            for other in ("sam", "tom", "ada", None):
                assert refusal(call(other), withdraw, **decide).code == "forbidden"
            for person2, function in (("ada", "approve_reschedule_request"),
                                      ("ada", "reject_reschedule_request"),
                                      ("sid", withdraw)):  # fmt: skip
                missing = {"reschedule_request_id": nowhere}
                assert refusal(call(person2), function, **missing).code == "not_found"
        assert call("sid")(withdraw, **decide)["status"] == "withdrawn"


def test_a_decided_request_stays_decided_and_tells_once(
    db: Database, school: School, call: Callers
) -> None:
    ends = {
        "approved": ("ada", "approve_reschedule_request"),
        "rejected": ("root", "reject_reschedule_request"),
        "withdrawn": ("sid", "withdraw_reschedule_request"),
    }
    for number, (end, (person, function)) in enumerate(ends.items()):
        source = ("2027-03-08", "2027-03-10", "2027-03-15")[number]
        target = ("2027-03-12", "2027-03-19", "2027-03-26")[number]
        asked = ask(call("sid"), db, school, source, "violin_friday", target)
        answer = call(person)(function, reschedule_request_id=asked, reason="so be it")
        assert (answer["status"], answer["decisionReason"]) == (end, "so be it")
        with nothing_changes(db):
            for other, again in ends.values():
                refused = refusal(call(other), again, reschedule_request_id=asked)
                assert refused.code == "already_decided"
        told = [] if end == "withdrawn" else [f"reschedule.{end}"]
        assert events(db, asked) == ["reschedule.requested", *told]
    assert [date for date, _ in classes(db, school["sid_admission"])][:3] == [
        "2027-03-01",
        "2027-03-03",
        "2027-03-10",
    ]


def test_each_rule_refuses_the_request_with_its_code(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    other_time = new_class(call, school, 5, "18:00", "19:00", teacher="tom")[1]
    call("ada")("put_course_teacher", course_id=school["violin"], teacher_id=school["tia"])
    other_teacher = new_class(call, school, 2, "10:00", "11:00", teacher="tia")[1]
    call("ada")("put_course_teacher", course_id=school["piano"], teacher_id=school["tom"])
    other_course = new_class(call, school, 2, "14:00", "15:00", course="piano")[1]
    inactive_time, inactive = new_class(call, school, 6, "10:00", "11:00")
    call("ada")("update_time_slot", time_slot_id=inactive_time, is_active=False,
                present=["is_active"])  # fmt: skip
    call("ada")("create_closure", start_date="2027-04-05", end_date="2027-04-11", reason="Easter")
    fill(db, school["violin_friday"], 3)
    clock.set("2027-03-03T15:00:00+00:00")
    row = class_on(db, school, "sid", "2027-03-08")
    for slot, date, code in (
        (school["violin_monday"], "2027-03-01", "class_not_in_future"),
        (school["violin_monday"], "2027-03-08", "no_change"),
        (other_course, "2027-03-09", "course_or_teacher_mismatch"),
        (other_teacher, "2027-03-09", "course_or_teacher_mismatch"),
        (other_time, "2027-03-11", "weekday_mismatch"),
        (other_time, "2027-04-09", "school_closed"),
        (inactive, "2027-03-13", "slot_not_operating"),
        (school["violin_wednesday"], "2027-03-10", "student_conflict"),
        (school["violin_friday"], "2027-03-12", "slot_full"),
    ):
        move = {"attendance_id": row, "classroom_slot_id": slot, "class_date": date}
        with nothing_changes(db):
            refused = refusal(call("sid"), MOVE, **move)
        assert refused.code == code, (slot, date, refused)
        assert codes(refused.members["conflicts"])[0] == code
        assert {c["classroomSlotId"] for c in refused.members["conflicts"]} == {slot}
    full = refusal(call("sid"), MOVE, attendance_id=row,
                   classroom_slot_id=school["violin_friday"], class_date="2027-03-12")  # fmt: skip
    assert full.members["conflicts"][0]["capacity"] == 3
    assert full.members["conflicts"][0]["occupied"] == 3
    # the class itself: past, marked, cancelled, of an admission that is not active
    begun = class_on(db, school, "sid", "2027-03-01")
    good = {"classroom_slot_id": other_time, "class_date": "2027-03-12"}
    assert refusal(call("sid"), MOVE, attendance_id=begun, **good).code == "class_not_in_future"
    today = class_on(db, school, "sid", "2027-03-03")
    call("tom")("mark_attendance", attendance_id=today, status="absent")
    assert refusal(call("sid"), MOVE, attendance_id=today, **good).code == "invalid_state"
    call("ada")("block_admission", admission_id=school["sid_admission"])
    assert refusal(call("sid"), MOVE, attendance_id=row, **good).code == "invalid_state"
    call("ada")("unblock_admission", admission_id=school["sid_admission"])
    call("sid")(MOVE, attendance_id=row, **good)
    with nothing_changes(db):
        assert refusal(call("sid"), MOVE, attendance_id=row, **good).code == "already_pending"
        assert refusal(call("ada"), MOVE, attendance_id=row, **good).code == "already_pending"
    call("ada")("cancel_admission", admission_id=school["sid_admission"])
    assert refusal(call("sid"), MOVE, attendance_id=row, **good).code == "invalid_state"


def approval(call: Callers, asked: Any) -> Any:
    return refusal(call("ada"), "approve_reschedule_request", reschedule_request_id=asked)


def test_a_target_that_filled_up_meanwhile_is_409_and_the_row_stays(
    db: Database, school: School, call: Callers
) -> None:
    asked = ask(call("sid"), db, school, "2027-03-08", "violin_friday", "2027-03-12")
    fill(db, school["violin_friday"], 3)
    with nothing_changes(db):
        assert approval(call, asked).code == "slot_full"
    assert status(db, "reschedule_requests", asked) == "pending"


def test_capacity_cut_meanwhile_refuses_the_approval(
    db: Database, school: School, call: Callers
) -> None:
    visitor = call("ada")("create_admission", **wish(school, "friday", student={"name": "Vic"}))
    assert visitor["status"] == "active"
    asked = ask(call("sid"), db, school, "2027-03-08", "violin_friday", "2027-03-12")
    call("ada")("update_classroom_slot", classroom_slot_id=school["violin_friday"], capacity=1,
                present=["capacity"])  # fmt: skip
    with nothing_changes(db):
        assert approval(call, asked).code == "slot_full"
    assert status(db, "reschedule_requests", asked) == "pending"


def test_a_teacher_or_course_changed_since_the_request_refuses_the_approval(
    db: Database, school: School, call: Callers
) -> None:
    asked = ask(call("sid"), db, school, "2027-03-08", "violin_friday", "2027-03-12")
    call("ada")("put_course_teacher", course_id=school["violin"], teacher_id=school["tia"])
    call("ada")("update_classroom_slot", classroom_slot_id=school["violin_friday"],
                teacher_id=school["tia"], present=["teacher_id"])  # fmt: skip
    with nothing_changes(db):
        assert approval(call, asked).code == "course_or_teacher_mismatch"
    call("ada")("update_classroom_slot", classroom_slot_id=school["violin_friday"],
                teacher_id=school["tom"], present=["teacher_id"])  # fmt: skip
    call("ada")("delete_classroom_slot", classroom_slot_id=school["violin_friday"])
    with nothing_changes(db):
        assert approval(call, asked).code == "course_or_teacher_mismatch"
    assert status(db, "reschedule_requests", asked) == "pending"


def test_a_closure_or_a_closed_weekday_meanwhile_refuses_the_approval(
    db: Database, school: School, call: Callers
) -> None:
    asked = ask(call("sid"), db, school, "2027-03-08", "violin_friday", "2027-03-12")
    closure = call("ada")(
        "create_closure", start_date="2027-03-12", end_date="2027-03-12", reason="Storm"
    )
    with nothing_changes(db):
        assert approval(call, asked).code == "school_closed"
    call("ada")("delete_closure", closure_id=closure["id"])
    call("ada")("set_operating_days", days='[{"weekday": 5, "isOpen": false}]')
    with nothing_changes(db):
        assert approval(call, asked).code == "school_closed"
    call("ada")("set_operating_days", days='[{"weekday": 5, "isOpen": true}]')
    call("ada")("approve_reschedule_request", reschedule_request_id=asked)
    assert status(db, "reschedule_requests", asked) == "approved"


def test_a_target_time_that_moved_to_another_weekday_refuses_the_approval(
    db: Database, school: School, call: Callers
) -> None:
    asked = ask(call("sid"), db, school, "2027-03-08", "violin_friday", "2027-03-12")
    call("ada")("update_time_slot", time_slot_id=school["friday"], weekday=6, present=["weekday"])
    with nothing_changes(db):
        assert approval(call, asked).code == "weekday_mismatch"
    assert status(db, "reschedule_requests", asked) == "pending"


def test_two_requests_of_a_student_to_one_place_and_date_only_one_is_approved(
    db: Database, school: School, call: Callers
) -> None:
    first = ask(call("sid"), db, school, "2027-03-08", "violin_friday", "2027-03-12")
    second = ask(call("sid"), db, school, "2027-03-10", "violin_friday", "2027-03-12")
    call("ada")("approve_reschedule_request", reschedule_request_id=first)
    with nothing_changes(db):
        assert approval(call, second).code == "student_conflict"
    assert status(db, "reschedule_requests", second) == "pending"


def test_an_overlapping_class_of_another_admission_got_meanwhile_is_a_conflict(
    db: Database, school: School, call: Callers
) -> None:
    """Any of the student's admissions counts, and any overlap does."""
    asked = ask(call("sid"), db, school, "2027-03-08", "violin_friday", "2027-03-12")
    overlap = new_class(call, school, 5, "16:30", "17:30", course="piano", teacher="tia")
    call("ada")(
        "create_admission",
        course_id=school["piano"],
        course_plan_id=school["piano_4"],
        start_date="2027-03-01",
        time_slot_ids=[overlap[0]],
        student_id=school["sid"],
    )
    with nothing_changes(db):
        assert approval(call, asked).code == "student_conflict"
        move = wanted(db, school, "2027-03-10", "violin_friday", "2027-03-19")
        assert refusal(call("sid"), MOVE, **move).code == "student_conflict"
    assert status(db, "reschedule_requests", asked) == "pending"


def test_an_admission_blocked_after_the_request_refuses_and_one_cancelled_closes_it(
    db: Database, school: School, call: Callers
) -> None:
    asked = ask(call("sid"), db, school, "2027-03-08", "violin_friday", "2027-03-12")
    call("ada")("block_admission", admission_id=school["sid_admission"])
    with nothing_changes(db):
        assert approval(call, asked).code == "invalid_state"
    assert status(db, "reschedule_requests", asked) == "pending"
    call("ada")("cancel_admission", admission_id=school["sid_admission"])
    assert status(db, "reschedule_requests", asked) == "closed"
    with nothing_changes(db):
        assert approval(call, asked).code == "already_decided"


def test_a_source_or_target_begun_by_approval_time_refuses(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    late = ask(call("sid"), db, school, "2027-03-08", "violin_friday", "2027-03-12")
    early = ask(call("sid"), db, school, "2027-03-15", "violin_friday", "2027-03-05")
    clock.set("2027-03-05T16:00:00+00:00")  # the wanted class of the second begins
    with nothing_changes(db):
        assert approval(call, early).code == "invalid_state"
    clock.set("2027-03-08T16:00:00+00:00")  # the class itself of the first begins
    with nothing_changes(db):
        assert approval(call, late).code == "invalid_state"
    assert status(db, "reschedule_requests", late) == "pending"
    assert db.execute("select jobs.expire_reschedule_requests()").fetchall() == [(2,)]
    for asked in (early, late):
        assert status(db, "reschedule_requests", asked) == "expired"
        with nothing_changes(db):
            assert approval(call, asked).code == "already_decided"


def test_a_class_marked_before_approval_does_not_move_and_its_request_expires(
    db: Database, school: School, call: Callers
) -> None:
    asked = ask(call("sid"), db, school, "2027-03-01", "violin_friday", "2027-03-05")
    row = class_on(db, school, "sid", "2027-03-01")
    call("tom")("mark_attendance", attendance_id=row, status="absent")
    with nothing_changes(db):
        assert approval(call, asked).code == "invalid_state"
    db.execute("select jobs.expire_reschedule_requests()")
    assert status(db, "reschedule_requests", asked) == "expired"


def test_the_movers_own_seat_is_not_counted_against_him(
    db: Database, school: School, call: Callers
) -> None:
    """Wednesday has one seat, his: another date of it is free for him, and only for him."""
    row = class_on(db, school, "sid", "2027-03-08")
    asked = ask(call("sid"), db, school, "2027-03-08", "violin_wednesday", "2027-03-31")
    call("ada")("approve_reschedule_request", reschedule_request_id=asked)
    assert place(db, row)[:2] == ("2027-03-31", school["violin_wednesday"])
    # the plan's end follows its last row
    admission = call("sid")("get_admission", admission_id=school["sid_admission"])
    assert admission["attendance"]["lastDate"] == "2027-03-31"
    other = call("ada")("create_admission", **wish(school, "friday", student={"name": "Vic"}))
    friday = one(db, "select min(id::text) from school.attendance where admission_id = %s",
                 other["id"])  # fmt: skip
    with nothing_changes(db):
        move = {
            "attendance_id": friday,
            "classroom_slot_id": school["violin_wednesday"],
            "class_date": "2027-04-07",
        }
        assert refusal(call("ada"), MOVE, **move).code == "slot_full"


def test_same_date_at_another_time_is_allowed_and_moving_twice_keeps_the_first_place(
    db: Database, school: School, call: Callers
) -> None:
    _, evening = new_class(call, school, 1, "18:00", "19:00", capacity=1)
    row = class_on(db, school, "sid", "2027-03-08")
    school_with = School({**school.ids, "evening": evening})
    first = ask(call("sid"), db, school_with, "2027-03-08", "evening", "2027-03-08")
    call("ada")("approve_reschedule_request", reschedule_request_id=first)
    assert place(db, row) == (
        "2027-03-08", evening, "18:00:00", "2027-03-08", school["violin_monday"],
    )  # fmt: skip
    second = ask(call("sid"), db, school_with, "2027-03-08", "violin_friday", "2027-03-12")
    call("ada")("approve_reschedule_request", reschedule_request_id=second)
    assert place(db, row) == (
        "2027-03-12", school["violin_friday"], "16:00:00", "2027-03-08", school["violin_monday"],
    )  # fmt: skip
    moves = db.execute(
        "select old #>> '{}', new #>> '{}' from school.attendance_history"
        " where attendance_id = %s and field = 'classDate'",
        (row,),
    ).fetchall()
    assert moves == [("2027-03-08", "2027-03-12")]
    slots = one(
        db,
        "select count(*) from school.attendance_history where attendance_id = %s"
        " and field = 'classroomSlotId'",
        row,
    )
    assert slots == 2
    # and home again, though the request that led away is used up
    back = ask(call("sid"), db, school_with, "2027-03-12", "violin_monday", "2027-03-08")
    call("ada")("approve_reschedule_request", reschedule_request_id=back)
    with nothing_changes(db):
        for used in (first, second, back):
            assert approval(call, used).code == "already_decided"
    assert len(classes(db, school["sid_admission"])) == 8
    assert place(db, row)[3:] == ("2027-03-08", school["violin_monday"])


def test_the_vacated_seat_is_free_on_that_date_only(
    db: Database, school: School, call: Callers
) -> None:
    """For the head count of the date; the weekly seat stays taken."""
    asked = ask(call("sid"), db, school, "2027-03-10", "violin_friday", "2027-03-12")

    def wednesday() -> Any:
        items = call("ada")("list_classroom", weekday=3, date="2027-03-10")["items"]
        return [(i["expected"], i["occupied"], i["free"]) for i in items]

    assert wednesday() == [(1, 1, 0)]
    call("ada")("approve_reschedule_request", reschedule_request_id=asked)
    assert wednesday() == [(0, 1, 0)]
    refused = call("ada")
    admit = wish(school, "wednesday", student={"name": "Vic"})
    assert refusal(refused, "create_admission", **admit).code == "slot_full"


def test_visitors_fill_a_date_though_seats_are_free(
    db: Database, school: School, call: Callers
) -> None:
    """Friday has three seats, none taken; three visitors on one date leave no place on it."""
    for source in ("2027-03-08", "2027-03-10"):
        target = {"2027-03-08": "2027-03-12", "2027-03-10": "2027-03-19"}[source]
        asked = ask(call("sid"), db, school, source, "violin_friday", target)
        call("ada")("approve_reschedule_request", reschedule_request_id=asked)
    visitors = []
    for name in ("Vic", "Val"):
        made = call("ada")("create_admission", **wish(school, "friday", student={"name": name}))
        visitors.append(made["studentId"])
    # on the 12th: Sid, Vic and Val; two of three weekly seats are taken
    moved = one(
        db,
        "select id::text from school.attendance where student_id = %s"
        " and class_date = '2027-03-15'",
        school["sid"],
    )
    options = call("sid")("list_reschedule_options", attendance_id=moved)["items"]
    fridays = {
        o["date"]: o["free"] for o in options if o["classroomSlotId"] == school["violin_friday"]
    }
    assert fridays["2027-03-26"] == 1
    assert "2027-03-12" not in fridays
    wes = call("ada")(
        "create_admission",
        **wish(school, "monday", student={"name": "Wes"}),
    )
    row = one(
        db,
        "select id::text from school.attendance where admission_id = %s"
        " order by class_date limit 1",
        wes["id"],
    )
    move = {
        "attendance_id": row,
        "classroom_slot_id": school["violin_friday"],
        "class_date": "2027-03-12",
    }
    with nothing_changes(db):
        assert refusal(call("ada"), MOVE, **move).code == "slot_full"
    call("ada")(MOVE, **{**move, "class_date": "2027-03-05"})


@pytest.mark.parametrize("student", ["sid", "una"])
def test_options_are_exactly_what_asking_would_accept(
    db: Database, school: School, call: Callers, clock: Clock, conninfo: Conninfo, student: str
) -> None:
    """Every class of the school on every date of the next 60 days, tried and rolled back."""
    new_class(call, school, 1, "18:00", "19:00", capacity=1)
    new_class(call, school, 6, "10:00", "11:00", capacity=1)
    call("ada")("create_closure", start_date="2027-03-19", end_date="2027-03-21", reason="Fair")
    call("ada")("create_admission", **wish(school, "friday", student={"name": "Vic"}))
    fill(db, school["violin_friday"], 1)
    asked = ask(call("sid"), db, school, "2027-03-08", "violin_friday", "2027-03-12")
    call("ada")("approve_reschedule_request", reschedule_request_id=asked)
    clock.set("2027-03-03T10:00:00+00:00")
    row = class_on(db, school, student, {"sid": "2027-03-15", "una": "2027-03-11"}[student])
    offered = call(student)("list_reschedule_options", attendance_id=row)["items"]
    assert offered == sorted(offered, key=lambda o: (o["date"], o["startTime"]))
    assert all(o["free"] > 0 for o in offered)
    accepted = set()
    slots = [str(s) for (s,) in db.execute("select id from school.classroom_slots").fetchall()]
    dates = [
        str(d)
        for (d,) in db.execute(
            "select d::date from generate_series(date '2027-03-01', '2027-05-02', '1 day') as d"
        ).fetchall()
    ]
    with psycopg.connect(conninfo("school_gateway"), autocommit=True) as gateway:
        caller = Caller(gateway, school.token(student))
        for slot in slots:
            for date in dates:
                with gateway.transaction(force_rollback=True):
                    try:
                        caller(MOVE, attendance_id=row, classroom_slot_id=slot, class_date=date)
                    except Refusal:
                        continue
                    accepted.add((date, slot))
    assert {(o["date"], o["classroomSlotId"]) for o in offered} == accepted
    assert len(accepted) > 5


def test_a_class_that_cannot_move_has_no_options(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    row = class_on(db, school, "sid", "2027-03-01")
    clock.set("2027-03-01T16:00:00+00:00")
    options = call("sid")("list_reschedule_options", attendance_id=row)
    assert options == {"items": []}


def test_a_move_that_fails_after_the_request_was_claimed_leaves_it_pending(
    db: Database, school: School, call: Callers
) -> None:
    asked = ask(call("sid"), db, school, "2027-03-08", "violin_friday", "2027-03-12")
    db.execute(
        "create function school.break_it() returns trigger language plpgsql as"
        " $$ begin raise exception 'broken'; end $$;"
        " create trigger break_it before update on school.attendance"
        " for each row execute function school.break_it()"
    )
    before = fingerprint(db)
    with pytest.raises(psycopg.errors.RaiseException, match="broken"):
        call("ada")("approve_reschedule_request", reschedule_request_id=asked)
    assert fingerprint(db) == before
    assert status(db, "reschedule_requests", asked) == "pending"
    db.execute("drop function school.break_it cascade")
    call("ada")("approve_reschedule_request", reschedule_request_id=asked)
    assert status(db, "reschedule_requests", asked) == "approved"
