"""Races of who changes a weekly time or pauses: one outcome, and all stays sound."""

from collections import Counter
from typing import Any

import pytest

from tests.support.admitting import seats_taken, wish
from tests.support.asking import one
from tests.support.classrooms import ask, broken, classes, deadlocks, seats, status
from tests.support.effort import rounds
from tests.support.races import Call, calls_at_once, calls_in_order, codes
from tests.support.school import Callers, Conninfo, Database, School

pytestmark = pytest.mark.promise("races")


@pytest.fixture(autouse=True)
def sound(db: Database, school: School) -> Any:
    """After each race nobody waited in a circle and all is sound."""
    yield
    assert broken(db) == []
    assert deadlocks(db) == 0


def transfer(
    school: School, admission: str, source: str, target: str, date: str = "2027-03-08"
) -> Call:
    return (
        "root",
        "transfer_admission",
        {
            "admission_id": admission,
            "from_classroom_slot_id": school[f"violin_{source}"],
            "time_slot_id": school[target],
            "from": date,
        },
    )


def admitted(call: Callers, school: School, name: str, day: str) -> str:
    made = call("ada")("create_admission", **wish(school, day, student={"name": name}))
    return str(made["id"])


def capacity(db: Database, school: School, slot: str, seats: int) -> None:
    query = "update school.classroom_slots set capacity = %s where id = %s"
    db.execute(query, (seats, school[slot]))


@pytest.mark.parametrize("first", ["transfer", "admit"])
def test_a_transfer_and_an_admission_want_the_last_seat(
    db: Database, school: School, call: Callers, conninfo: Conninfo, first: str
) -> None:
    """Whoever comes first has it; the other waits, counts again and is told that it is full."""
    capacity(db, school, "violin_friday", 1)
    works = {
        "transfer": transfer(school, school["sid_admission"], "wednesday", "friday"),
        "admit": ("ada", "create_admission", wish(school, "friday", student={"name": "Vic"})),
    }
    order = sorted(works, key=lambda name: name != first)
    answers = calls_in_order(db, conninfo, [works[name] for name in order])
    assert codes(answers) == ["ok", "slot_full"]
    assert seats_taken(db, school["violin_friday"]) == 1
    assert seats_taken(db, school["violin_wednesday"]) == (first == "admit")


def test_many_transfers_and_admissions_at_once_fill_a_class_and_no_more(
    db: Database, school: School, call: Callers, conninfo: Conninfo
) -> None:
    capacity(db, school, "violin_monday", 50)
    capacity(db, school, "violin_wednesday", 50)
    for turn in range(rounds(2, 10)):
        capacity(db, school, "violin_friday", 3 + 3 * turn)
        movers = [admitted(call, school, f"M{turn}-{n}", "monday") for n in range(5)]
        works: list[Call] = []
        for number, mover in enumerate(movers):
            works.append(transfer(school, mover, "monday", "friday"))
            student = {"name": f"N{turn}-{number}"}
            works.append(("ada", "create_admission", wish(school, "friday", student=student)))
        answers = calls_at_once(conninfo, works)
        assert Counter(codes(answers)) == {"ok": 3, "slot_full": 7}
        assert seats_taken(db, school["violin_friday"]) == 3 + 3 * turn
        assert broken(db) == []


@pytest.mark.parametrize(
    ("first", "outcomes"), [("transfer", ["ok", "in_use"]), ("cut", ["ok", "slot_full"])]
)
def test_a_transfer_against_a_capacity_cut(
    db: Database,
    school: School,
    call: Callers,
    conninfo: Conninfo,
    first: str,
    outcomes: list[str],
) -> None:
    capacity(db, school, "violin_friday", 2)
    admitted(call, school, "Vic", "friday")
    cut = {"classroom_slot_id": school["violin_friday"], "capacity": 1, "present": ["capacity"]}
    works: dict[str, Call] = {
        "transfer": transfer(school, school["sid_admission"], "wednesday", "friday"),
        "cut": ("ada", "update_classroom_slot", cut),
    }
    order = sorted(works, key=lambda name: name != first)
    assert codes(calls_in_order(db, conninfo, [works[name] for name in order])) == outcomes
    assert seats_taken(db, school["violin_friday"]) == (2 if first == "transfer" else 1)


def test_transfers_in_opposite_directions_never_wait_in_a_circle(
    db: Database, school: School, call: Callers, conninfo: Conninfo
) -> None:
    """Each takes the seat that the other leaves, so one of two seats must be free for the first."""
    capacity(db, school, "violin_wednesday", 10)
    capacity(db, school, "violin_friday", 10)
    there = [admitted(call, school, f"T{n}", "wednesday") for n in range(4)]
    back = [admitted(call, school, f"B{n}", "friday") for n in range(4)]
    for turn in range(rounds(3, 20)):
        works = [transfer(school, mover, "wednesday", "friday") for mover in there]
        works += [transfer(school, mover, "friday", "wednesday") for mover in back]
        assert codes(calls_at_once(conninfo, works)) == ["ok"] * 8, turn
        there, back = back, there
        assert seats_taken(db, school["violin_friday"]) == 4
        assert broken(db) == []


def test_of_two_full_classes_neither_student_gets_the_others_seat(
    db: Database, school: School, call: Callers, conninfo: Conninfo
) -> None:
    """Both seats are taken until somebody has left: nothing is swapped."""
    capacity(db, school, "violin_friday", 1)
    vic = admitted(call, school, "Vic", "friday")
    works = [
        transfer(school, school["sid_admission"], "wednesday", "friday"),
        transfer(school, vic, "friday", "wednesday"),
    ]
    for _ in range(rounds(2, 10)):
        assert codes(calls_at_once(conninfo, works)) == ["slot_full", "slot_full"]


def test_one_admission_is_transferred_once_by_two_at_once(
    db: Database, school: School, conninfo: Conninfo
) -> None:
    twice = [transfer(school, school["sid_admission"], "wednesday", "friday")] * 2
    assert codes(calls_in_order(db, conninfo, twice)) == ["ok", "unknown_reference"]
    assert seats(db, school["sid_admission"]) == ["active", "active", "inactive"]


@pytest.mark.parametrize("first", ["transfer", "cancel", "pause", "renew"])
def test_a_transfer_and_whatever_else_changes_the_admission(
    db: Database, school: School, conninfo: Conninfo, first: str
) -> None:
    own = {"admission_id": school["sid_admission"]}
    week = {"from": "2027-03-08", "to": "2027-03-14"}
    mover = transfer(school, school["sid_admission"], "wednesday", "friday")
    other: dict[str, Call] = {
        "cancel": ("ada", "cancel_admission", own),
        "pause": ("ada", "pause_admission", {**own, **week}),
        "renew": ("ada", "renew_admission", own),
    }
    if first == "transfer":
        for work in (other["pause"], other["renew"]):
            assert codes(calls_in_order(db, conninfo, [mover, work])) == ["ok", "ok"]
            mover = transfer(school, school["sid_admission"], "friday", "wednesday", "2027-03-15")
        return
    outcome = "ok" if first == "pause" else "invalid_state"
    assert codes(calls_in_order(db, conninfo, [other[first], mover])) == ["ok", outcome]


@pytest.mark.parametrize("first", ["transfer", "assign"])
def test_a_lead_given_to_somebody_else_takes_the_right_along(
    db: Database, school: School, conninfo: Conninfo, first: str
) -> None:
    _, function, arguments = transfer(school, school["sid_admission"], "wednesday", "friday")
    works: dict[str, Call] = {
        "transfer": ("sam", function, arguments),
        "assign": (
            "ada",
            "assign_lead",
            {
                "lead_id": school["sams"],
                "owner_id": school["sue"],
                "present": ["owner_id"],
            },
        ),
    }
    order = sorted(works, key=lambda name: name != first)
    answers = calls_in_order(db, conninfo, [works[name] for name in order])
    assert codes(answers) == ["ok", "ok" if first == "transfer" else "not_found"]


CLOSURE: Call = (
    "root",
    "create_closure",
    {"start_date": "2027-03-10", "end_date": "2027-03-29", "reason": "Flood"},
)


@pytest.mark.parametrize("first", ["pause", "close"])
def test_a_pause_against_a_closure(
    db: Database, school: School, conninfo: Conninfo, first: str
) -> None:
    """Every class falls out once, and what follows lies after both."""
    week = {"from": "2027-03-08", "to": "2027-03-14"}
    works: dict[str, Call] = {
        "pause": ("ada", "pause_admission", {"admission_id": school["sid_admission"], **week}),
        "close": CLOSURE,
    }
    order = sorted(works, key=lambda name: name != first)
    assert codes(calls_in_order(db, conninfo, [works[name] for name in order])) == ["ok", "ok"]
    assert [d for d, s in classes(db, school["sid_admission"]) if s == "scheduled"] == [
        "2027-03-01", "2027-03-03", "2027-03-31", "2027-04-05",
        "2027-04-07", "2027-04-12", "2027-04-14", "2027-04-19",
    ]  # fmt: skip


def test_pauses_and_closures_of_many_at_once(
    db: Database, school: School, call: Callers, conninfo: Conninfo
) -> None:
    capacity(db, school, "violin_monday", 50)
    plans = [admitted(call, school, f"P{n}", "monday") for n in range(4)]
    for turn in range(rounds(2, 6)):
        day = 8 + turn
        dates = {"start_date": f"2027-03-{day:02}", "end_date": f"2027-03-{day + 7:02}"}
        works: list[Call] = [("root", "create_closure", {**dates, "reason": "Race"})]
        for plan in plans:
            stretch = {"from": f"2027-03-{day + 3:02}", "to": f"2027-03-{day + 14:02}"}
            pause = {"admission_id": plan, **stretch, "override": True}
            works.append(("ada", "pause_admission", pause))
        assert set(codes(calls_at_once(conninfo, works))) <= {"ok", "no_change"}
        assert broken(db) == []


def test_two_approvals_share_one_move_that_is_left(
    db: Database, school: School, call: Callers, conninfo: Conninfo
) -> None:
    for turn in range(2):
        db.execute("update school.school_settings set reschedules_per_admission = null")
        sources = (("2027-03-08", "2027-03-10"), ("2027-03-15", "2027-03-17"))[turn]
        asked = [
            ask(call("sid"), db, school, source, "violin_friday", f"2027-04-{number:02}")
            for source, number in zip(sources, (2 + 14 * turn, 9 + 14 * turn), strict=True)
        ]
        query = "update school.school_settings set reschedules_per_admission = %s"
        db.execute(query, (turn + 1,))
        works: list[Call] = [
            (person, "approve_reschedule_request", {"reschedule_request_id": request})
            for person, request in zip(("ada", "root"), asked, strict=True)
        ]
        answers = codes(calls_at_once(conninfo, works))
        assert sorted(answers) == ["no_moves_left", "ok"]
        kept = [status(db, "reschedule_requests", request) for request in asked]
        assert sorted(kept) == ["approved", "pending"]
        assert one(
            db, "select count(*) from school.reschedule_requests where status = 'approved'"
        ) == (turn + 1)


def test_two_requests_share_one_move_that_is_left(
    db: Database, school: School, call: Callers, conninfo: Conninfo
) -> None:
    db.execute("update school.school_settings set reschedules_per_admission = 1")
    works: list[Call] = [
        (
            person,
            "create_reschedule_request",
            {
                "attendance_id": one(
                    db,
                    "select id::text from school.attendance where student_id = %s"
                    " and class_date = %s",
                    school["sid"],
                    date,
                ),
                "classroom_slot_id": school["violin_friday"],
                "class_date": "2027-03-19",
            },
        )
        for person, date in (("sid", "2027-03-08"), ("sam", "2027-03-10"))
    ]
    answers = codes(calls_in_order(db, conninfo, works))
    assert answers == ["ok", "no_moves_left"]
