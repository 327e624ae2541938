"""Races between those who move, end and admit: one outcome, one event, and all stays sound."""

import json
from collections import Counter
from typing import Any

import psycopg
import pytest

from tests.support.admitting import new_class, seats_taken, wish
from tests.support.asking import one
from tests.support.churn import churn
from tests.support.classrooms import (
    broken,
    class_on,
    class_without_locks,
    classes,
    deadlocks,
    events,
    seats,
    status,
)
from tests.support.effort import rounds
from tests.support.promises import Figure
from tests.support.races import Call, behind, calls_at_once, calls_in_order, code, codes, outcome
from tests.support.school import Callers, Clock, Conninfo, Database, School

pytestmark = pytest.mark.promise("races")

REPEATS = 3


def ask_friday(
    call: Callers, db: Database, school: School, student: str, source: str, target: str
) -> Any:
    asked = call("ada")(
        "create_reschedule_request",
        attendance_id=class_on(db, School({**school.ids, "s": student}), "s", source),
        classroom_slot_id=school["violin_friday"],
        class_date=target,
    )
    return asked["id"]


def admitted(call: Callers, school: School, name: str, *days: str, **members: Any) -> Any:
    return call("ada")("create_admission", **wish(school, *days, student={"name": name}, **members))


@pytest.mark.parametrize(("first", "end"), [("approve", "approved"), ("reject", "rejected")])
def test_ten_approvals_against_ten_rejections_of_one_request(
    db: Database, school: School, call: Callers, conninfo: Conninfo, first: str, end: str
) -> None:
    """Whichever comes first decides; all others wait for it and are told so."""
    asked = ask_friday(call, db, school, school["sid"], "2027-03-08", "2027-03-12")
    decide = {"reschedule_request_id": asked}
    approval = ("ada", "approve_reschedule_request", decide)
    rejection = ("root", "reject_reschedule_request", decide)
    pair = [approval, rejection] if first == "approve" else [rejection, approval]
    answers = calls_in_order(db, conninfo, pair * 10)
    assert codes(answers) == ["ok", *["already_decided"] * 19]
    assert status(db, "reschedule_requests", asked) == end
    assert events(db, asked) == ["reschedule.requested", f"reschedule.{end}"]
    there = (
        "select count(*) from school.attendance where classroom_slot_id = %s"
        " and class_date = '2027-03-12'"
    )
    assert one(db, there, school["violin_friday"]) == (end == "approved")
    assert len(classes(db, school["sid_admission"])) == 8
    assert deadlocks(db) == 0


def test_approvals_and_rejections_of_one_request_at_once_end_it_once(
    db: Database, school: School, call: Callers, conninfo: Conninfo
) -> None:
    for turn in range(REPEATS):
        source, target = ("2027-03-08", "2027-03-10", "2027-03-15")[turn], 12 + 7 * turn
        asked = ask_friday(call, db, school, school["sid"], source, f"2027-03-{target}")
        decide = {"reschedule_request_id": asked}
        works = [
            (person, function, decide)
            for _ in range(10)
            for person, function in (
                ("ada", "approve_reschedule_request"),
                ("root", "reject_reschedule_request"),
            )
        ]
        answers = codes(calls_at_once(conninfo, works))
        assert Counter(answers) == {"ok": 1, "already_decided": 19}
        end = ("approved", "rejected")[answers.index("ok") % 2]
        assert status(db, "reschedule_requests", asked) == end
        assert events(db, asked) == ["reschedule.requested", f"reschedule.{end}"]
        there = one(
            db,
            "select count(*) from school.attendance where classroom_slot_id = %s"
            " and class_date = %s",
            school["violin_friday"],
            f"2027-03-{target}",
        )
        assert there == (end == "approved")
    assert len(classes(db, school["sid_admission"])) == 8
    assert deadlocks(db) == 0


def test_twenty_approvals_into_one_free_place_on_one_date(
    db: Database, school: School, call: Callers, conninfo: Conninfo
) -> None:
    _, big = new_class(call, school, 2, "10:00", "11:00", capacity=20)
    slot = one(db, "select time_slot_id::text from school.classroom_slots where id = %s", big)
    db.execute(
        "update school.classroom_slots set capacity = 1 where id = %s", (school["violin_friday"],)
    )
    asked = []
    for number in range(20):
        made = call("ada")(
            "create_admission",
            **{**wish(school, "friday", student={"name": f"S{number}"}), "time_slot_ids": [slot]},
        )
        asked.append([made["studentId"], None])
    for turn, target in enumerate(("2027-03-12", "2027-03-19")):
        source = ("2027-03-02", "2027-03-09")[turn]
        works = []
        for student, _ in asked:
            request = ask_friday(call, db, school, student, source, target)
            works.append(("ada", "approve_reschedule_request", {"reschedule_request_id": request}))
        assert Counter(codes(calls_at_once(conninfo, works))) == {"ok": 1, "slot_full": 19}
        statuses = Counter(
            status(db, "reschedule_requests", w[2]["reschedule_request_id"]) for w in works
        )
        assert statuses == {"approved": 1, "pending": 19}
        told = one(
            db,
            "select count(*) from school.notification_events where type = 'reschedule.approved'",
        )
        assert told == turn + 1
        assert one(db, "select school.expected(%s, %s)", school["violin_friday"], target) == 1
    assert deadlocks(db) == 0


@pytest.mark.parametrize(
    ("order", "outcomes", "taken"),
    [
        (("admit", "approve", "cut"), ["ok", "slot_full", "in_use"], 2),
        (("admit", "cut", "approve"), ["ok", "in_use", "slot_full"], 2),
        (("approve", "admit", "cut"), ["ok", "ok", "in_use"], 2),
        (("approve", "cut", "admit"), ["ok", "in_use", "ok"], 2),
        (("cut", "admit", "approve"), ["ok", "slot_full", "slot_full"], 1),
        (("cut", "approve", "admit"), ["ok", "slot_full", "slot_full"], 1),
    ],
)
def test_admission_approval_and_capacity_cut_meet_at_the_last_seat(
    db: Database,
    school: School,
    call: Callers,
    conninfo: Conninfo,
    order: tuple[str, ...],
    outcomes: list[str],
    taken: int,
) -> None:
    """An admission takes the seat, or the cut removes it; the approval needs one left."""
    friday = school["violin_friday"]
    db.execute("update school.classroom_slots set capacity = 2 where id = %s", (friday,))
    admitted(call, school, "First", "friday")
    asked = ask_friday(call, db, school, school["sid"], "2027-03-08", "2027-03-19")
    capacity = {"classroom_slot_id": friday, "capacity": 1, "present": ["capacity"]}
    works = {
        "admit": ("ada", "create_admission", wish(school, "friday", student={"name": "New"})),
        "approve": ("root", "approve_reschedule_request", {"reschedule_request_id": asked}),
        "cut": ("ada", "update_classroom_slot", capacity),
    }
    answers = calls_in_order(db, conninfo, [works[name] for name in order])
    assert codes(answers) == outcomes
    assert seats_taken(db, friday) == taken
    assert broken(db) == []
    assert deadlocks(db) == 0


@pytest.mark.parametrize(
    ("order", "outcomes", "end"),
    [
        (("approve", "block"), ["ok", "ok"], "approved"),
        (("block", "approve"), ["ok", "invalid_state"], "pending"),
    ],
)
def test_approval_against_block(
    db: Database,
    school: School,
    call: Callers,
    conninfo: Conninfo,
    order: tuple[str, ...],
    outcomes: list[str],
    end: str,
) -> None:
    asked = ask_friday(call, db, school, school["sid"], "2027-03-08", "2027-04-02")
    works = {
        "approve": ("ada", "approve_reschedule_request", {"reschedule_request_id": asked}),
        "block": ("root", "block_admission", {"admission_id": school["sid_admission"]}),
    }
    answers = calls_in_order(db, conninfo, [works[name] for name in order])
    assert codes(answers) == outcomes
    assert status(db, "reschedule_requests", asked) == end
    assert status(db, "admissions", school["sid_admission"]) == "blocked"
    assert deadlocks(db) == 0


@pytest.mark.parametrize("before", [0, 1, 2, 3])
def test_renewals_against_cancelling(
    db: Database, school: School, call: Callers, conninfo: Conninfo, before: int
) -> None:
    """Of three renewals the first one wins if it comes before the cancelling, and else none."""
    made = admitted(call, school, "Ren", "friday")
    own = {"admission_id": made["id"]}
    works = [("root", "renew_admission", own)] * 3
    works.insert(before, ("ada", "cancel_admission", own))
    wanted = ["ok" if n in (0, before) else "invalid_state" for n in range(4)]
    assert codes(calls_in_order(db, conninfo, works)) == wanted
    renewals = db.execute(
        "select id::text from school.admissions where renewed_from_id = %s", (made["id"],)
    ).fetchall()
    assert len(renewals) == (before > 0)
    assert events(db, made["id"]) == ["admission.created", "admission.cancelled"]
    assert "active" not in seats(db, made["id"])
    for (row,) in renewals:
        assert seats(db, row) == ["active"]
        call("ada")("cancel_admission", admission_id=row)
    assert seats_taken(db, school["violin_friday"]) == 0
    assert deadlocks(db) == 0


COMPLETE = "select jobs.complete_admissions()"


@pytest.fixture
def renewed(school: School, call: Callers, clock: Clock) -> Any:
    """A plan that has run out today, and its renewal: their ids."""
    old = admitted(call, school, "Old", "friday")
    new = call("ada")("renew_admission", admission_id=old["id"])
    clock.set("2027-03-29T09:00:00Z")
    return old["id"], new["id"]


def test_a_renewal_that_is_cancelled_while_the_old_plan_ends_frees_the_seat(
    db: Database, school: School, conninfo: Conninfo, renewed: Any
) -> None:
    old, new = renewed
    with (
        psycopg.connect(conninfo()) as job,
        psycopg.connect(conninfo("school_gateway"), autocommit=True) as gateway,
    ):
        assert one(job, COMPLETE) == 3
        cancel = ("ada", "cancel_admission", {"admission_id": new})
        cancelling = behind(db, job, outcome, gateway, cancel)
        job.commit()
        assert code(cancelling.result(30)) == "ok"
    assert status(db, "admissions", old) == "completed"
    assert seats_taken(db, school["violin_friday"]) == 0
    assert broken(db) == []
    assert deadlocks(db) == 0


def test_an_old_plan_whose_renewal_is_being_cancelled_ends_at_the_next_run(
    db: Database, school: School, conninfo: Conninfo, renewed: Any
) -> None:
    old, new = renewed
    with (
        psycopg.connect(conninfo("school_gateway")) as gateway,
        psycopg.connect(conninfo(), autocommit=True) as jobs,
    ):
        gateway.execute("select")
        cancel = ("ada", "cancel_admission", {"admission_id": new})
        assert code(outcome(gateway, cancel)) == "ok"
        # It passes the held plan over, and waits for the classes of the course.
        ending = behind(db, gateway, one, jobs, COMPLETE)
        gateway.commit()
        assert ending.result(30) == 2, "sid's and una's; the held one is left"
    assert status(db, "admissions", old) == "active"
    assert seats_taken(db, school["violin_friday"]) == 1
    assert broken(db) == []
    assert one(db, COMPLETE) == 1
    assert seats_taken(db, school["violin_friday"]) == 0
    assert broken(db) == []
    assert deadlocks(db) == 0


def test_two_closures_at_once_and_closures_against_admissions(
    db: Database, school: School, call: Callers, conninfo: Conninfo
) -> None:
    db.execute("update school.classroom_slots set capacity = 50")
    for turn in range(REPEATS):
        start, end = f"2027-03-{8 + 7 * turn:02}", f"2027-03-{12 + 7 * turn:02}"
        next_start, next_end = f"2027-03-{10 + 7 * turn:02}", f"2027-04-{2 + 7 * turn:02}"
        works = [
            ("ada", "create_closure", {"start_date": start, "end_date": end, "reason": "A"}),
            (
                "root",
                "create_closure",
                {"start_date": next_start, "end_date": next_end, "reason": "B"},
            ),
        ]
        for number in range(6):
            days = (("friday",), ("monday",), ("monday", "friday"))[number % 3]
            works.append(
                (
                    "ada",
                    "create_admission",
                    wish(school, *days, student={"name": f"C{turn}-{number}"}),
                )
            )
        assert set(codes(calls_at_once(conninfo, works))) == {"ok"}
        assert broken(db) == []
    assert deadlocks(db) == 0


def test_a_class_made_while_the_school_closes_is_not_held_on_the_closed_day(
    db: Database, school: School, call: Callers, conninfo: Conninfo
) -> None:
    """The closure cannot lock a class that is not there yet; the weekday it can."""
    with psycopg.connect(conninfo("school_gateway")) as closing:
        closing.execute(
            "select auth.enter(sha256('session-of-ada'::bytea), 't', '127.0.0.1', 20000)"
        )
        closing.execute("select api.create_closure('2027-03-05', '2027-03-12', 'Flood')")
        class_without_locks(db, school, "tuesday", 2)
        admit = ("root", "create_admission", wish(school, "tuesday", student={"name": "Vic"}))
        with psycopg.connect(conninfo("school_gateway"), autocommit=True) as gateway:
            admitting = behind(db, closing, outcome, gateway, admit)
            closing.commit()
            assert code(admitting.result(30)) == "ok"
    assert broken(db) == []


def test_everything_at_once_ends_sound_and_without_a_deadlock(
    db: Database, school: School, call: Callers, conninfo: Conninfo, figure: Figure
) -> None:
    outcomes = churn(db, school, conninfo, rounds(8, 60))
    figure.count("calls of eight at once", sum(outcomes.values()))
    figure.count("deadlocks", deadlocks(db))
    assert not set(outcomes) & {"40P01", "40001"}, outcomes
    assert outcomes["ok"] > 100, outcomes
    assert deadlocks(db) == 0
    assert broken(db) == []


def test_marking_many_against_closing_the_school_never_waits_in_a_circle(
    db: Database, school: School, call: Callers, conninfo: Conninfo
) -> None:
    db.execute("update school.classroom_slots set capacity = 50")
    for number in range(25):
        admitted(call, school, f"M{number}", "monday")
    marks = one(
        db,
        "select json_agg(json_build_object('id', id, 'status', 'present'))::text"
        " from school.attendance where class_date = '2027-03-01'",
    )
    for turn in range(4):
        again = marks.replace("present", ("late", "absent", "present", "late")[turn])
        day = f"2027-03-{8 + 7 * turn:02}"
        works = [
            ("ada", "create_closure", {"start_date": day, "end_date": day, "reason": "x"}),
            ("root", "mark_attendances", {"items": again}),
            ("ada", "mark_attendances", {"items": again}),
        ]
        assert codes(calls_at_once(conninfo, works)) == ["ok"] * 3
    assert deadlocks(db) == 0


@pytest.mark.parametrize(
    ("order", "answers", "left"),
    [
        (("back", "close"), ["ok", "ok"], "cancelled"),
        (("close", "back"), ["ok", "invalid_state"], "absent"),
        (("back", "cancel"), ["ok", "ok"], "cancelled"),
        (("cancel", "back"), ["ok", "invalid_state"], "absent"),
        (("back", "pause"), ["ok", "ok"], "cancelled"),
        (("pause", "back"), ["ok", "invalid_state"], "absent"),
        (("back", "stand in"), ["ok", "ok"], "scheduled"),
        (("stand in", "back"), ["ok", "invalid_state"], "absent"),
        (("several back", "close"), ["ok", "ok"], "cancelled"),
        (("close", "several back"), ["ok", "invalid_state"], "absent"),
    ],
)
def test_a_mark_taken_back_against_what_ends_or_hands_over_its_class(
    db: Database,
    school: School,
    call: Callers,
    conninfo: Conninfo,
    order: tuple[str, ...],
    answers: list[str],
    left: str,
) -> None:
    """A class of today that has not begun: whoever is second sees what the first did."""
    day = "2027-03-01"
    rows = [class_on(db, school, person, day) for person in ("sid", "una")]
    for row in rows:
        call("ada")("mark_attendance", attendance_id=row, status="absent")
    items = json.dumps([{"id": row, "status": "scheduled"} for row in rows])
    tod = call("ada")("create_user", name="Tod", role="teacher")["id"]
    slot = {"classroom_slot_id": school["violin_monday"], "date": day}
    plan = {"admission_id": school["sid_admission"]}
    works: dict[str, Call] = {
        "back": ("tom", "mark_attendance", {"attendance_id": rows[0], "status": "scheduled"}),
        "several back": ("ada", "mark_attendances", {"items": items}),
        "close": ("root", "create_closure", {"start_date": day, "end_date": day, "reason": "x"}),
        "cancel": ("ada", "cancel_admission", plan),
        "pause": ("ada", "pause_admission", {**plan, "from": day, "to": "2027-03-03"}),
        "stand in": (
            "ada",
            "set_substitute",
            {**slot, "teacher_id": tod, "present": ["teacher_id"]},
        ),
    }
    assert codes(calls_in_order(db, conninfo, [works[name] for name in order])) == answers
    assert status(db, "attendance", rows[0]) == left
    taught = one(db, "select teacher_id::text from school.attendance where id = %s", rows[0])
    assert taught == (tod if order == ("back", "stand in") else school["tom"])
    assert broken(db) == []
    assert deadlocks(db) == 0
