"""Races for places on one date: moves, trials, generated classes, absences and smaller classes."""

from collections import Counter
from itertools import permutations
from typing import Any

import psycopg
import pytest

from tests.support.admitting import wish
from tests.support.asking import one
from tests.support.classrooms import ask, broken, class_on, deadlocks, status
from tests.support.effort import rounds
from tests.support.leads import add_lead
from tests.support.races import (
    Call,
    behind,
    calls_at_once,
    calls_in_order,
    code,
    codes,
    outcome,
)
from tests.support.school import Callers, Conninfo, Database, School
from tests.support.trials import book, trial

pytestmark = pytest.mark.promise("races")

EXPECTED = "select school.count_expected(%s, %s)"


def resize(db: Database, slot: str, capacity: int) -> None:
    db.execute("update school.classroom_slots set capacity = %s where id = %s", (capacity, slot))


def admit(school: School, *days: str, **members: Any) -> Call:
    return "ada", "create_admission", wish(school, *days, **members)


@pytest.mark.parametrize("order", list(permutations(("approve", "trial", "admit"))))
def test_a_move_a_trial_and_a_generated_class_want_the_last_place_on_a_date(
    db: Database, school: School, call: Callers, conninfo: Conninfo, order: tuple[str, ...]
) -> None:
    """The first has it; a plan goes round the date, and takes the weekly seat that moves need."""
    friday = school["violin_friday"]
    resize(db, friday, 1)
    asked = ask(call("sid"), db, school, "2027-03-08", "violin_friday", "2027-03-12")
    works: dict[str, Call] = {
        "approve": ("root", "approve_reschedule_request", {"reschedule_request_id": asked}),
        "trial": ("sam", "create_trial", trial(school, "fresh", "violin_friday", "2027-03-12")),
        "admit": admit(school, "friday", student={"name": "New"}),
    }
    lost = {"approve": "slot_full", "trial": "date_full", "admit": "ok"}
    wanted = ["ok", *(lost[name] for name in order[1:])]
    assert codes(calls_in_order(db, conninfo, [works[name] for name in order])) == wanted
    assert one(db, EXPECTED, friday, "2027-03-12") == 1
    assert broken(db) == []
    assert deadlocks(db) == 0


@pytest.mark.parametrize("order", [("back", "trial"), ("trial", "back")])
def test_an_absence_taken_back_against_a_trial(
    db: Database, school: School, call: Callers, conninfo: Conninfo, order: tuple[str, ...]
) -> None:
    row = class_on(db, school, "sid", "2027-03-03")
    call("sid")("announce_absence", attendance_id=row)
    works: dict[str, Call] = {
        "back": ("sid", "withdraw_absence", {"attendance_id": row}),
        "trial": ("sam", "create_trial", trial(school, "fresh", "violin_wednesday", "2027-03-03")),
    }
    answers = codes(calls_in_order(db, conninfo, [works[name] for name in order]))
    assert answers == ["ok", "date_full"]
    assert one(db, EXPECTED, school["violin_wednesday"], "2027-03-03") == 1
    assert broken(db) == []
    assert deadlocks(db) == 0


@pytest.mark.parametrize(
    ("order", "wanted"),
    [(("cut", "trial"), ["ok", "date_full"]), (("trial", "cut"), ["ok", "in_use"])],
)
def test_a_smaller_class_against_a_trial(
    db: Database,
    school: School,
    call: Callers,
    conninfo: Conninfo,
    order: tuple[str, ...],
    wanted: list[str],
) -> None:
    friday = school["violin_friday"]
    resize(db, friday, 2)
    book(call("ada"), school, "unowned")
    cut = {"classroom_slot_id": friday, "capacity": 1, "present": ["capacity"]}
    works: dict[str, Call] = {
        "cut": ("ada", "update_classroom_slot", cut),
        "trial": ("sam", "create_trial", trial(school)),
    }
    assert codes(calls_in_order(db, conninfo, [works[name] for name in order])) == wanted
    assert broken(db) == []
    assert deadlocks(db) == 0


def ends(school: School) -> dict[str, tuple[Call, str]]:
    """What ends a trial, and why it is not booked after that."""
    lost = {
        "lead_id": school["fresh"],
        "stage_id": school["stage_lost"],
        "lost_reason": "Far away",
        "present": ["stage_id", "lost_reason"],
    }
    closed = {"start_date": "2027-03-05", "end_date": "2027-03-05", "reason": "Fair"}
    return {
        "closure": (("ada", "create_closure", closed), "school_closed"),
        "closing day": (
            ("ada", "set_operating_days", {"days": '[{"weekday": 5, "isOpen": false}]'}),
            "school_closed",
        ),
        "class ended": (
            ("ada", "delete_classroom_slot", {"classroom_slot_id": school["violin_friday"]}),
            "unknown_reference",
        ),
        "lost": (("ada", "update_lead", lost), "invalid_state"),
        "deleted": (("ada", "delete_lead", {"lead_id": school["fresh"]}), "unknown_reference"),
        "admitted": (admit(school, "friday", lead_id=school["fresh"]), "lead_already_converted"),
    }


@pytest.mark.parametrize(
    "end", ["closure", "closing day", "class ended", "lost", "deleted", "admitted"]
)
@pytest.mark.parametrize("first", ["trial", "end"])
def test_a_trial_is_booked_while_something_ends_it(
    db: Database, school: School, conninfo: Conninfo, first: str, end: str
) -> None:
    ending, refusal = ends(school)[end]
    booking: Call = ("sam", "create_trial", trial(school))
    if first == "trial":
        answers = calls_in_order(db, conninfo, [booking, ending])
        assert codes(answers) == ["ok", "ok"]
        assert status(db, "trials", answers[0]["id"]) == "cancelled"
    else:
        assert codes(calls_in_order(db, conninfo, [ending, booking])) == ["ok", refusal]
        assert one(db, "select count(*) from school.trials") == 0
    assert broken(db) == []
    assert deadlocks(db) == 0


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_trial_is_the_substitutes_whoever_comes_first(
    db: Database, school: School, conninfo: Conninfo, order: tuple[int, int]
) -> None:
    stand_in = {
        "classroom_slot_id": school["violin_friday"],
        "date": "2027-03-05",
        "teacher_id": school["tia"],
        "present": ["teacher_id"],
    }
    works: list[Call] = [
        ("sam", "create_trial", trial(school)),
        ("ada", "set_substitute", stand_in),
    ]
    assert codes(calls_in_order(db, conninfo, [works[i] for i in order])) == ["ok", "ok"]
    assert one(db, "select teacher_id::text from school.trials") == school["tia"]
    assert broken(db) == []
    assert deadlocks(db) == 0


def test_an_admission_with_an_old_sight_of_the_date_begins_again(
    db: Database, school: School, call: Callers, conninfo: Conninfo
) -> None:
    """It would date a class where a trial has taken the last place meanwhile."""
    resize(db, school["violin_friday"], 1)
    with psycopg.connect(conninfo("school_gateway"), autocommit=True) as gateway:
        gateway.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        gateway.autocommit = False
        gateway.execute("select")
        book(call("sam"), school, "fresh", "violin_friday", "2027-03-12")
        assert code(outcome(gateway, admit(school, "friday", student={"name": "New"}))) == "40001"
        gateway.rollback()
        gateway.execute("select")
        again = code(outcome(gateway, ("ada", "create_trial", trial(school, "unowned"))))
        assert again == "40001", "who books does not trust an old sight at all"
        gateway.rollback()


def test_twenty_trials_for_one_place(
    db: Database, school: School, call: Callers, conninfo: Conninfo
) -> None:
    resize(db, school["violin_friday"], 1)
    leads = [add_lead(call, school, name=f"L{n}")["id"] for n in range(20)]
    for turn in range(rounds(1, 3)):
        date = f"2027-03-{12 + 7 * turn}"
        works: list[Call] = [
            ("ada", "create_trial", trial(school, lead, "violin_friday", date, override=True))
            for lead in leads
        ]
        answers = calls_at_once(conninfo, works)
        assert Counter(codes(answers)) == {"ok": 1, "date_full": 19}
        leads.remove(next(a["lead"]["id"] for a in answers if code(a) == "ok"))
        leads.append(add_lead(call, school, name=f"Next {turn}")["id"])
    assert broken(db) == []
    assert deadlocks(db) == 0


def test_everything_that_wants_a_place_at_once_ends_sound(
    db: Database, school: School, call: Callers, conninfo: Conninfo
) -> None:
    sids = [class_on(db, school, "sid", f"2027-03-{day}") for day in ("08", "10", "15", "17", "22")]
    for turn in range(rounds(2, 5)):
        date = f"2027-03-{12 + 7 * turn}" if turn < 3 else f"2027-04-{2 + 7 * (turn - 3):02}"
        resize(db, school["violin_friday"], 3 + turn)
        call("sid")("announce_absence", attendance_id=sids[turn])
        asked = call("sid")(
            "create_reschedule_request",
            attendance_id=sids[turn],
            classroom_slot_id=school["violin_friday"],
            class_date=date,
        )["id"]
        leads = [add_lead(call, school, name=f"L{turn}-{n}")["id"] for n in range(6)]
        booked = book(call("ada"), school, leads[0], "violin_friday", date)
        cut = {"classroom_slot_id": school["violin_friday"], "present": ["capacity"]}
        works: list[Call] = [
            ("root", "approve_reschedule_request", {"reschedule_request_id": asked}),
            ("sid", "withdraw_absence", {"attendance_id": sids[turn]}),
            ("sam", "cancel_trial", {"trial_id": booked}),
            admit(school, "friday", lead_id=leads[1], start_date="2027-03-08"),
            ("ada", "update_classroom_slot", {**cut, "capacity": 1 + turn}),
            ("root", "create_closure", {"start_date": date, "end_date": date, "reason": "Fair"}),
            ("ada", "delete_lead", {"lead_id": leads[2]}),
            *(
                ("sam", "create_trial", trial(school, lead, "violin_friday", date))
                for lead in leads[1:]
            ),
        ]
        answers = codes(calls_at_once(conninfo, works))
        assert not set(answers) & {"40P01", "40001"}, answers
        assert broken(db) == []
    assert deadlocks(db) == 0


def test_the_place_of_a_trial_that_fails_is_free_again(
    db: Database, school: School, conninfo: Conninfo
) -> None:
    with (
        psycopg.connect(conninfo("school_gateway")) as first,
        psycopg.connect(conninfo("school_gateway"), autocommit=True) as second,
    ):
        resize(db, school["violin_friday"], 1)
        first.execute("select")
        done = outcome(first, ("ada", "create_trial", trial(school, "unowned")))
        assert code(done) == "ok"
        waiting = behind(db, first, outcome, second, ("sam", "create_trial", trial(school)))
        first.rollback()
        assert code(waiting.result(30)) == "ok"
