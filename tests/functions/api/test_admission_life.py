"""An admission after it was made: blocked, cancelled, renewed, run out."""

from typing import Any

import psycopg
import pytest

from tests.support.admitting import fill, new_class, nothing_changes, seats_taken, wish
from tests.support.asking import one, refusal
from tests.support.classrooms import ask, broken, class_on, classes, events, seats, status
from tests.support.school import Callers, Clock, Database, School

ACTIONS = ("block_admission", "unblock_admission", "cancel_admission", "renew_admission")
NOWHERE = "00000000-0000-4000-8000-000000000000"


def renew(call: Callers, admission_id: str, **members: Any) -> Any:
    return call("ada")("renew_admission", admission_id=admission_id, **members)


def cancel(call: Callers, admission_id: str) -> Any:
    return call("ada")("cancel_admission", admission_id=admission_id)


def test_who_may_change_an_admission_and_in_which_state(
    db: Database, school: School, call: Callers
) -> None:
    own = {"admission_id": school["sid_admission"]}
    with nothing_changes(db):
        for function in ACTIONS:
            for person in ("sam", "sue", "tom", "sid", None):
                assert refusal(call(person), function, **own).code == "forbidden"
            assert refusal(call("ada"), function, admission_id=NOWHERE).code == "not_found"
        for function in ACTIONS[:3]:
            refused = refusal(call("ada"), function, **own, if_match=99)
            assert refused.code == "version_mismatch"
        assert refusal(call("ada"), "unblock_admission", **own).code == "invalid_state"
    blocked = call("root")("block_admission", **own, reason=" unpaid ", if_match=1)
    assert (blocked["status"], blocked["statusReason"]) == ("blocked", "unpaid")
    with nothing_changes(db):
        for function in ("block_admission", "renew_admission"):
            assert refusal(call("ada"), function, **own).code == "invalid_state"
    assert call("ada")("unblock_admission", **own)["status"] == "active"
    call("ada")("block_admission", **own)
    assert call("ada")("cancel_admission", **own)["status"] == "cancelled"
    with nothing_changes(db):
        for function in ACTIONS:
            assert refusal(call("ada"), function, **own).code == "invalid_state"
    assert events(db, school["sid_admission"]) == [
        "admission.created",
        "admission.blocked",
        "admission.unblocked",
        "admission.blocked",
        "admission.cancelled",
    ]


def test_blocking_keeps_the_seat_and_hides_nothing(
    db: Database, school: School, call: Callers
) -> None:
    call("ada")("block_admission", admission_id=school["sid_admission"])
    assert seats(db, school["sid_admission"]) == ["active", "active"]
    full = wish(school, "wednesday", student={"name": "Vic"})
    assert refusal(call("ada"), "create_admission", **full).code == "slot_full"
    for person in ("sid", "tom", "sam", "ada"):
        assert len(call(person)("list_attendance", student_id=school["sid"])["items"]) == 8
    assert [i["status"] for i in call("sid")("list_admissions")["items"]] == ["blocked"]


def test_a_cancelled_seat_is_free_at_once_and_nobody_elses_is_touched(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    """Only that student's seat and rows change; what had begun stays."""
    vic = call("ada")("create_admission", **wish(school, "monday", student={"name": "Vic"}))
    clock.set("2027-03-03T16:00:00+00:00")
    asked = ask(call("sid"), db, school, "2027-03-08", "violin_friday", "2027-03-12")
    cancelled = cancel(call, school["sid_admission"])
    assert (cancelled["remaining"], cancelled["unmarked"]) == (1, 1)
    assert [s for _, s in classes(db, school["sid_admission"])] == ["scheduled"] * 2 + [
        "cancelled"
    ] * 6
    assert seats(db, school["sid_admission"]) == ["inactive", "inactive"]
    assert status(db, "reschedule_requests", asked) == "closed"
    assert {s for _, s in classes(db, vic["id"])} == {"scheduled"}
    assert seats(db, vic["id"]) == ["active"]
    later = wish(school, "wednesday", student={"name": "Wes"}, start_date="2027-03-04")
    assert call("ada")("create_admission", **later)["status"] == "active"


def test_coming_back_after_leaving_makes_new_rows_and_keeps_the_old(
    db: Database, school: School, call: Callers
) -> None:
    cancel(call, school["sid_admission"])
    back = call("ada")(
        "create_admission", **wish(school, "monday", "wednesday", student_id=school["sid"])
    )
    assert [d for d, _ in classes(db, back["id"])] == [
        d for d, _ in classes(db, school["sid_admission"])
    ]
    assert seats(db, school["sid_admission"]) == ["inactive", "inactive"]
    assert seats(db, back["id"]) == ["active", "active"]
    assert {s for _, s in classes(db, school["sid_admission"])} == {"cancelled"}
    cancel(call, back["id"])
    fill(db, school["violin_wednesday"], 1)
    again = wish(school, "monday", "wednesday", student_id=school["sid"])
    assert refusal(call("ada"), "create_admission", **again).code == "slot_full"


def test_a_renewal_takes_the_seats_over_and_goes_on_after_the_last_class(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    renewed = renew(call, school["sid_admission"])
    assert renewed["renewedFromId"] == school["sid_admission"]
    assert renewed["leadId"] == school["sams"]
    assert renewed["payment"] == {"status": "unpaid"}
    assert [d for d, _ in classes(db, renewed["id"])] == [
        "2027-03-29", "2027-03-31", "2027-04-05", "2027-04-07",
        "2027-04-12", "2027-04-14", "2027-04-19", "2027-04-21",
    ]  # fmt: skip
    assert renewed["startDate"] == "2027-03-29"
    assert seats(db, school["sid_admission"]) == ["inactive", "inactive"]
    assert seats(db, renewed["id"]) == ["active", "active"]
    assert seats_taken(db, school["violin_wednesday"]) == 1  # of one: the same student once
    old = call("sid")("get_admission", admission_id=school["sid_admission"])
    assert (old["status"], old["remaining"]) == ("active", 8)
    assert events(db, renewed["id"]) == ["admission.created"]
    with nothing_changes(db):
        refused = refusal(call("ada"), "renew_admission", admission_id=school["sid_admission"])
        assert refused.code == "invalid_state"
    # the lead stays converted once, and the staff see both
    assert len(call("sam")("list_admissions", lead_id=school["sams"])["items"]) == 2
    # the old one runs out by itself and leaves the seats where they are
    clock.set("2027-03-25T09:00:00Z")
    assert one(db, "select jobs.complete_admissions()") == 1
    assert status(db, "admissions", school["sid_admission"]) == "completed"
    assert seats(db, renewed["id"]) == ["active", "active"]


def test_each_refusal_of_a_renewal_changes_nothing(
    db: Database, school: School, call: Callers
) -> None:
    own = {"admission_id": school["sid_admission"]}
    with nothing_changes(db):
        for plan, code in (
            (NOWHERE, "unknown_reference"),
            (school["piano_8"], "plan_not_for_course"),
            (school["violin_4"], "slot_count_mismatch"),
        ):
            refused = refusal(call("ada"), "renew_admission", **own, course_plan_id=plan)
            assert refused.code == code
    assert (
        renew(call, school["sid_admission"], course_plan_id=school["violin_48"])["remaining"] == 48
    )


def test_a_renewal_into_a_time_no_longer_held_is_refused(
    db: Database, school: School, call: Callers
) -> None:
    slot = {"time_slot_id": school["wednesday"], "present": ["is_active"]}
    call("ada")("update_time_slot", **slot, is_active=False)
    with nothing_changes(db):
        refused = refusal(call("ada"), "renew_admission", admission_id=school["sid_admission"])
        assert refused.code == "slot_not_operating"
    call("ada")("update_time_slot", **slot, is_active=True)
    renew(call, school["sid_admission"])


def test_a_renewal_without_dates_within_three_years_is_refused(
    db: Database, school: School, call: Callers
) -> None:
    for year in range(2027, 2031):
        call("ada")(
            "create_closure",
            start_date=f"{year}-03-26",
            end_date=f"{year + 1}-03-25",
            reason="Sabbatical",
        )
    with nothing_changes(db):
        refused = refusal(call("ada"), "renew_admission", admission_id=school["sid_admission"])
        assert refused.code == "no_class_dates"


def test_an_old_class_moved_behind_the_start_of_the_renewal_is_gone_around(
    db: Database, school: School, call: Callers
) -> None:
    """Moved first: the renewal starts after it. Moved after: two classes never share a date."""
    first = ask(call("sid"), db, school, "2027-03-08", "violin_wednesday", "2027-04-07")
    call("ada")("approve_reschedule_request", reschedule_request_id=first)
    renewed = renew(call, school["sid_admission"])
    dates = [d for d, _ in classes(db, renewed["id"])]
    assert dates[0] == "2027-04-12"
    assert len(dates) == len(set(dates)) == 8
    with nothing_changes(db):
        move = {
            "attendance_id": class_on(db, school, "sid", "2027-03-15"),
            "classroom_slot_id": school["violin_monday"],
            "class_date": "2027-04-12",
        }
        refused = refusal(call("sid"), "create_reschedule_request", **move)
        assert refused.code == "student_conflict"


def test_a_cancelled_renewal_gives_the_seats_back_to_what_it_renewed(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    renewed = renew(call, school["sid_admission"])
    cancel(call, renewed["id"])
    assert seats(db, school["sid_admission"]) == ["active", "active"]
    assert seats(db, renewed["id"]) == ["inactive", "inactive"]
    assert {s for _, s in classes(db, renewed["id"])} == {"cancelled"}
    assert broken(db) == []
    with nothing_changes(db):
        refused = refusal(call("ada"), "renew_admission", admission_id=school["sid_admission"])
        assert refused.code == "invalid_state"


@pytest.mark.parametrize(
    ("order", "holders"),
    [
        # who is cancelled one after the other, and who holds the seats after each
        ("CB", "BA"),  # back one by one
        ("BC", "CA"),  # the middle one first: the last keeps them, then they go to the first
        ("AC", "CB"),
        ("ABC", "CC-"),
        ("CAB", "BB-"),
        ("BAC", "CC-"),
    ],
)
def test_in_a_chain_of_renewals_exactly_one_holds_the_seats(
    db: Database, school: School, call: Callers, order: str, holders: str
) -> None:
    chain = {"A": school["sid_admission"]}
    chain["B"] = renew(call, chain["A"])["id"]
    chain["C"] = renew(call, chain["B"])["id"]
    assert seats(db, chain["C"]) == ["active", "active"]
    for gone, holder in zip(order, holders, strict=True):
        cancel(call, chain[gone])
        assert {name for name in chain if "active" in seats(db, chain[name])} == {holder} - {"-"}
        assert broken(db) == []
    assert seats_taken(db, school["violin_wednesday"]) == (holders[-1] != "-")


def test_a_renewal_cancelled_after_the_old_plan_ran_out_frees_the_seats(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    renewed = renew(call, school["sid_admission"])
    clock.set("2027-03-26T09:00:00+00:00")
    assert one(db, "select jobs.complete_admissions()") == 2  # una's too
    cancel(call, renewed["id"])
    assert seats_taken(db, school["violin_wednesday"]) == 0
    assert seats(db, school["sid_admission"]) == ["inactive", "inactive"]


def test_a_plan_ends_the_day_after_its_last_class_and_frees_its_seats(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    """Rows left unmarked can still be marked; the list and the seats agree."""
    clock.set("2027-03-24T23:00:00+00:00")
    assert one(db, "select jobs.complete_admissions()") == 0
    clock.set("2027-03-25T00:00:00+00:00")
    assert one(db, "select jobs.complete_admissions()") == 1
    assert one(db, "select jobs.complete_admissions()") == 0
    ended = call("sid")("get_admission", admission_id=school["sid_admission"])
    assert (ended["status"], ended["remaining"], ended["unmarked"]) == ("completed", 0, 8)
    assert seats(db, school["sid_admission"]) == ["inactive", "inactive"]
    items = call("ada")("list_classroom", weekday=3)["items"]
    assert [(i["occupied"], i["free"], i["students"]) for i in items] == [(0, 1, [])]
    call("tom")(
        "mark_attendance",
        attendance_id=class_on(db, school, "sid", "2027-03-24"),
        status="present",
    )
    with nothing_changes(db):
        for function in ACTIONS:
            refused = refusal(call("ada"), function, admission_id=school["sid_admission"])
            assert refused.code == "invalid_state"


def test_an_admission_of_two_slots_on_one_day_is_two_rows_a_date(
    db: Database, school: School, call: Callers
) -> None:
    late = new_class(call, school, 5, "17:00", "18:00")[0]
    made = call("ada")(
        "create_admission",
        **{
            **wish(school, "friday", "monday", student={"name": "Vic"}),
            "time_slot_ids": [school["friday"], late],
        },
    )
    assert [d for d, _ in classes(db, made["id"])] == [
        d for d in ("2027-03-05", "2027-03-12", "2027-03-19", "2027-03-26") for _ in range(2)
    ]


def test_a_seat_promised_for_later_is_taken_from_today(
    db: Database, school: School, call: Callers
) -> None:
    future = wish(school, "friday", student={"name": "Vic"}, start_date="2028-02-25")
    made = call("ada")("create_admission", **future)
    assert seats_taken(db, school["violin_friday"]) == 1
    assert classes(db, made["id"])[0] == ("2028-02-25", "scheduled")  # then over the leap day
    assert classes(db, made["id"])[1] == ("2028-03-03", "scheduled")


def test_an_admission_is_read_by_those_it_concerns(school: School, call: Callers) -> None:
    for person in ("ada", "root", "sam", "tom", "sid"):
        call(person)("get_admission", admission_id=school["sid_admission"])
    for person in ("sue", "tia", "una"):
        refused = refusal(call(person), "get_admission", admission_id=school["sid_admission"])
        assert refused.code == "not_found"
    admission = call("tom")("get_admission", admission_id=school["sid_admission"])
    assert admission["payment"] is None


def test_a_renewal_that_fails_half_way_keeps_the_old_seats(
    db: Database, school: School, call: Callers
) -> None:
    db.execute(
        "create function school.break_it() returns trigger language plpgsql as"
        " $$ begin raise exception 'broken'; end $$;"
        " create trigger break_it before insert on school.attendance"
        " for each row when (new.class_date > '2027-04-15') execute function school.break_it()"
    )
    with nothing_changes(db), pytest.raises(psycopg.errors.RaiseException, match="broken"):
        call("ada")("renew_admission", admission_id=school["sid_admission"])


def test_leaving_and_coming_back_the_same_day_collides_with_no_cancelled_row(
    db: Database, school: School, call: Callers
) -> None:
    for _ in range(3):
        call("ada")("cancel_admission", admission_id=one(
            db, "select id::text from school.admissions where student_id = %s"
            " and status = 'active'", school["sid"]))  # fmt: skip
        call("ada")(
            "create_admission", **wish(school, "monday", "wednesday", student_id=school["sid"])
        )
    assert broken(db) == []
    row = class_on(db, school, "sid", "2027-03-08")
    assert status(db, "attendance", row) == "scheduled"
