"""Seats that are free are offered in line, to whose wish they meet whole, in one transaction."""

import pytest

from tests.support.admitting import fill, new_class, wish
from tests.support.asking import one, refusal
from tests.support.classrooms import broken, events
from tests.support.school import Callers, Clock, Database, School
from tests.support.waitlist import enter, held, resize, state, states


@pytest.fixture
def full(db: Database, school: School) -> None:
    """Fill every class of violin: Monday two seats, Wednesday one, Friday three."""
    fill(db, school["violin_monday"], 1)
    fill(db, school["violin_friday"], 3)


def test_a_cancelled_admission_gives_its_seats_to_the_first_in_line(
    db: Database, school: School, call: Callers, full: None
) -> None:
    ada = call("ada")
    first, second, third = (
        enter(ada, school, lead, "wednesday") for lead in ("sues", "unowned", "fresh")
    )
    ada("update_waitlist_entry", waitlist_entry_id=third, first=True, present=["first"])
    assert states(db, first, second, third) == ["waiting"] * 3
    ada("cancel_admission", admission_id=school["sid_admission"])
    assert states(db, third, first, second) == ["offered", "waiting", "waiting"]
    assert held(db, school, third) == ["violin_wednesday"]
    assert events(db, third) == ["waitlist.put_first", "waitlist.offered"]
    stranger = refusal(
        ada, "create_admission", **wish(school, "wednesday"), student={"name": "Somebody"}
    )
    assert stranger.code == "slot_held"
    assert stranger.members["conflicts"][0]["heldUntil"].startswith("2027-03-03")
    # The seat of Monday that was freed too is nobody's.
    ada("create_admission", **wish(school, "monday"), student={"name": "Somebody"})


def test_the_holder_is_admitted_into_what_is_held(
    db: Database, school: School, call: Callers, full: None
) -> None:
    entry = enter(call("sam"), school, "fresh", "wednesday", "friday")
    resize(db, school, "violin_wednesday", 2)
    preview = call("sam")("preview_admission", **wish(school, "wednesday"), lead_id=school["fresh"])
    assert (preview["ok"], preview["conflicts"]) == (True, [])
    made = call("sam")("create_admission", **wish(school, "wednesday"), lead_id=school["fresh"])
    assert made["warnings"] == preview["warnings"]
    shown = call("sam")("get_waitlist_entry", waitlist_entry_id=entry)
    assert (shown["status"], shown["admissionId"], shown["offer"]) == ("admitted", made["id"], None)
    assert held(db, school, entry) == []


def test_a_lead_admitted_otherwise_leaves_the_line_and_the_seats_go_on(
    db: Database, school: School, call: Callers, full: None
) -> None:
    ada = call("ada")
    entry = enter(ada, school, "fresh", "wednesday")
    next_one = enter(ada, school, "unowned", "wednesday")
    elsewhere = enter(ada, school, "fresh", course_id=school["piano"])
    assert held(db, school, elsewhere) != []
    resize(db, school, "violin_wednesday", 2)
    resize(db, school, "violin_friday", 4)
    made = ada("create_admission", **wish(school, "friday"), lead_id=school["fresh"])
    assert states(db, entry, next_one, elsewhere) == ["withdrawn", "offered", "offered"]
    shown = ada("get_waitlist_entry", waitlist_entry_id=entry)
    assert shown["admissionId"] is None
    # The lead is a student now: the seats of the other course are held for that person.
    held_there = ada("get_waitlist_entry", waitlist_entry_id=elsewhere)["offer"]["classroomSlots"]
    ada(
        "create_admission",
        course_id=school["piano"],
        course_plan_id=school["piano_4"],
        start_date="2027-03-01",
        time_slot_ids=[held_there[0]["timeSlotId"]],
        student_id=made["studentId"],
    )
    assert state(db, elsewhere) == "admitted"


def test_part_of_what_is_held_is_not_what_was_offered(
    db: Database, school: School, call: Callers
) -> None:
    ada = call("ada")
    entry = enter(ada, school, "fresh", "monday", "friday", classes_per_week=2)
    assert held(db, school, entry) == ["violin_friday", "violin_monday"]
    ada("create_admission", **wish(school, "friday"), lead_id=school["fresh"])
    assert (state(db, entry), held(db, school, entry)) == ("withdrawn", [])


def test_a_student_who_renews_waits_on(db: Database, school: School, call: Callers) -> None:
    ada = call("ada")
    fill(db, school["violin_friday"], 3)
    entry = enter(ada, school, "sid", "friday")
    rival = enter(ada, school, "unowned", "monday", "wednesday", classes_per_week=2)
    ada("renew_admission", admission_id=school["sid_admission"])
    assert states(db, entry, rival) == ["waiting", "waiting"]


def test_a_wish_is_met_whole_or_not_at_all_and_keeps_its_place(
    db: Database, school: School, call: Callers, full: None
) -> None:
    ada = call("ada")
    both = enter(ada, school, "sues", "wednesday", "friday", classes_per_week=2)
    one_class = enter(ada, school, "unowned", "friday")
    resize(db, school, "violin_friday", 4)
    assert states(db, both, one_class) == ["waiting", "offered"]
    assert ada("get_waitlist_entry", waitlist_entry_id=both)["position"] == 1
    resize(db, school, "violin_wednesday", 2)
    assert state(db, both) == "waiting"
    ada("decline_waitlist_entry", waitlist_entry_id=one_class)
    assert held(db, school, both) == ["violin_friday", "violin_wednesday"]


def test_overlapping_times_never_meet_a_wish(
    db: Database, school: School, call: Callers, full: None
) -> None:
    ada = call("ada")
    ada("put_course_teacher", course_id=school["violin"], teacher_id=school["tia"])
    school.ids["noon"], _ = new_class(call, school, 2, "12:00", "13:00", capacity=1)
    school.ids["half_past"], late = new_class(
        call, school, 2, "12:30", "13:30", teacher="tia", capacity=1
    )
    entry = enter(ada, school, "unowned", "noon", "half_past", classes_per_week=2)
    assert state(db, entry) == "waiting"
    ada(
        "update_time_slot",
        time_slot_id=school["half_past"],
        start_time="13:00",
        present=["start_time"],
    )
    assert state(db, entry) == "offered"
    assert late in held(db, school, entry)


def test_the_classes_with_most_seats_are_held_if_they_go_together(
    db: Database, school: School, call: Callers
) -> None:
    ada = call("ada")
    one_class = enter(ada, school, "sues")
    assert held(db, school, one_class) == ["violin_friday"]  # three seats, Monday has one
    # The class with most seats overlaps both others, which together meet the wish.
    ada("put_course_teacher", course_id=school["violin"], teacher_id=school["tia"])
    _, early = new_class(call, school, 2, "10:00", "11:00", capacity=1)
    _, late = new_class(call, school, 2, "11:00", "12:00", capacity=1)
    new_class(call, school, 2, "10:30", "11:30", teacher="tia", capacity=9)
    fill(db, school["violin_friday"], 2)
    fill(db, school["violin_monday"], 1)
    pair = enter(ada, school, "unowned", classes_per_week=2)
    assert held(db, school, pair) == sorted([early, late])


def test_an_offer_is_made_at_once_when_seats_are_free(
    db: Database, school: School, call: Callers
) -> None:
    sam = call("sam")
    made = sam(
        "create_waitlist_entry",
        course_id=school["violin"],
        lead_id=school["fresh"],
        course_plan_id=school["violin_8"],
    )
    assert (made["status"], made["classesPerWeek"]) == ("offered", 2)
    assert made["offer"]["expiresAt"] == "2027-03-03T09:00:00+00:00"
    assert [slot["classroomSlotId"] for slot in made["offer"]["classroomSlots"]] == [
        school["violin_monday"],
        school["violin_friday"],
    ]


def test_a_student_is_offered_no_seat_at_a_time_at_which_they_sit(
    db: Database, school: School, call: Callers, full: None
) -> None:
    ada = call("ada")
    entry = enter(ada, school, "una")  # una has piano on Monday at 16:00
    own = enter(ada, school, "sid")  # sid sits in Monday and Wednesday himself
    resize(db, school, "violin_monday", 4)
    assert states(db, entry, own) == ["waiting", "waiting"]
    ada("cancel_admission", admission_id=school["una_admission"])
    assert held(db, school, entry) == ["violin_monday"]
    assert state(db, own) == "waiting"


@pytest.mark.parametrize("how", ["new", "larger", "teacher", "active", "open", "completed"])
def test_whatever_frees_seats_offers_them(
    db: Database, school: School, call: Callers, clock: Clock, full: None, how: str
) -> None:
    ada = call("ada")
    ada("put_course_teacher", course_id=school["violin"], teacher_id=school["tia"])
    tuesday = {
        "time_slot_id": school["tuesday"],
        "course_id": school["violin"],
        "teacher_id": school["tom"],
        "capacity": 1,
    }
    named: tuple[str, ...] = ()
    wanted = {"teacher_id": school["tia"]} if how == "teacher" else {}
    if how in ("active", "open", "teacher"):
        if how == "active":
            ada("update_time_slot", time_slot_id=school["tuesday"], is_active=False,
                present=["is_active"])  # fmt: skip
        if how == "open":
            ada("set_operating_days", days='[{"weekday": 2, "isOpen": false}]')
        made = ada("create_classroom_slot", **tuesday)
    entry = enter(ada, school, "unowned", *named, **wanted)
    assert state(db, entry) == "waiting"
    match how:
        case "new":
            ada("create_classroom_slot", **tuesday)
        case "larger":
            ada("update_classroom_slot", classroom_slot_id=school["violin_monday"], capacity=3,
                present=["capacity"])  # fmt: skip
        case "teacher":
            ada("update_classroom_slot", classroom_slot_id=made["id"], teacher_id=school["tia"],
                present=["teacher_id"])  # fmt: skip
        case "active":
            ada("update_time_slot", time_slot_id=school["tuesday"], is_active=True,
                present=["is_active"])  # fmt: skip
        case "open":
            ada("set_operating_days", days='[{"weekday": 2, "isOpen": true}]')
        case "completed":
            clock.set("2027-03-25T09:00:00Z")
            db.execute("select jobs.complete_admissions('2027-03-25')")
    assert state(db, entry) == "offered"


@pytest.mark.parametrize("how", ["lost", "deleted", "disabled", "deleted student"])
def test_who_is_gone_leaves_the_line_and_what_was_held_goes_on(
    db: Database, school: School, call: Callers, full: None, how: str
) -> None:
    ada = call("ada")
    person = "una" if how in ("disabled", "deleted student") else "fresh"
    entry = enter(ada, school, person, "friday")
    after = enter(ada, school, "unowned", "friday")
    resize(db, school, "violin_friday", 4)
    assert states(db, entry, after) == ["offered", "waiting"]
    match how:
        case "lost":
            call("sam")("update_lead", lead_id=school["fresh"], stage_id=school["stage_lost"],
                        lost_reason="moved", present=["stage_id", "lost_reason"])  # fmt: skip
        case "deleted":
            call("sam")("delete_lead", lead_id=school["fresh"])
        case "disabled":
            ada("update_user", user_id=school["una"], status="disabled", present=["status"])
        case "deleted student":
            ada("cancel_admission", admission_id=school["una_admission"])
            ada("delete_user", user_id=school["una"])
    assert states(db, entry, after) == ["withdrawn", "offered"]
    assert events(db, entry) == ["waitlist.offered"]


def test_what_is_held_stands_in_the_way_of_what_would_break_it(
    db: Database, school: School, call: Callers, full: None
) -> None:
    ada = call("ada")
    ada("put_course_teacher", course_id=school["violin"], teacher_id=school["tia"])
    tuesday = ada("create_classroom_slot", time_slot_id=school["tuesday"], capacity=2,
                  course_id=school["violin"], teacher_id=school["tom"])  # fmt: skip
    entry = enter(ada, school, "unowned", teacher_id=school["tom"])
    assert held(db, school, entry) == [tuesday["id"]]
    slot = {"classroom_slot_id": tuesday["id"]}
    time = {"time_slot_id": school["tuesday"]}
    for function, arguments in (
        ("delete_classroom_slot", slot),
        ("update_classroom_slot", {**slot, "teacher_id": school["tia"], "present": ["teacher_id"]}),
        ("update_time_slot", {**time, "is_active": False, "present": ["is_active"]}),
        ("update_time_slot", {**time, "weekday": 6, "present": ["weekday"]}),
        ("set_operating_days", {"days": '[{"weekday": 2, "isOpen": false}]'}),
    ):
        found = refusal(ada, function, **arguments)
        assert found.code == "in_use", function
        assert [(c["kind"], c["id"]) for c in found.members["conflicts"]] == [
            ("waitlist_entry", entry)
        ]
    ada("update_classroom_slot", **slot, capacity=1, present=["capacity"])
    second = enter(ada, school, "fresh", "tuesday")
    assert state(db, second) == "waiting"
    assert refusal(ada, "delete_course", course_id=school["violin"]).code == "in_use"
    ada("withdraw_waitlist_entry", waitlist_entry_id=second)
    ada("withdraw_waitlist_entry", waitlist_entry_id=entry)
    ada("delete_classroom_slot", **slot)


def test_a_course_for_which_somebody_waits_is_not_deleted(
    db: Database, school: School, call: Callers
) -> None:
    ada = call("ada")
    course = ada("create_course", name="Cello I", instrument_id=school["violin_instrument"])["id"]
    entry = enter(ada, school, "unowned", course_id=course)
    found = refusal(ada, "delete_course", course_id=course)
    assert (found.code, found.members["conflicts"][0]["id"]) == ("in_use", entry)
    ada("withdraw_waitlist_entry", waitlist_entry_id=entry)
    ada("delete_course", course_id=course)


def test_the_invariants_know_an_offer_that_is_none(db: Database, school: School) -> None:
    entry = one(
        db,
        "insert into school.waitlist_entries (lead_id, course_id, classes_per_week)"
        " values (%s, %s, 2) returning id",
        school["unowned"],
        school["violin"],
    )
    db.execute(
        "insert into school.held_seats (waitlist_entry_id, classroom_slot_id) values (%s, %s)",
        (entry, school["piano_monday"]),
    )
    assert {code for code, _ in broken(db)} == {
        "offer_without_its_seats",
        "offer_that_cannot_be_taken",
    }
    db.execute("delete from school.held_seats")
    assert broken(db) == []
