"""The job that ends plans which have run out."""

from contextlib import ExitStack
from functools import partial

import psycopg

from tests.support.admitting import nothing_changes
from tests.support.asking import one
from tests.support.classrooms import ask, broken, seats, status
from tests.support.races import at_once
from tests.support.school import Callers, Clock, Conninfo, Database, School

RUN = "select jobs.complete_admissions(%s)"


def test_late_and_twice_it_completes_each_plan_once(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    """Sid's last class is on the 24th, una's on the 25th; the job slept for a month."""
    with nothing_changes(db):
        for date in ("2027-03-24", "2027-03-01", "2020-01-01"):
            assert one(db, RUN, date) == 0
    clock.set("2027-04-30T09:00:00+00:00")
    assert one(db, "select jobs.complete_admissions()") == 2
    with nothing_changes(db):
        assert one(db, "select jobs.complete_admissions()") == 0
    for student in ("sid", "una"):
        assert status(db, "admissions", school[f"{student}_admission"]) == "completed"
        assert seats(db, school[f"{student}_admission"]) == ["inactive", "inactive"]


def test_any_date_is_judged_as_if_it_were_today(db: Database, school: School, clock: Clock) -> None:
    clock.set("2027-04-30T09:00:00+00:00")
    assert one(db, RUN, "2027-03-25") == 1
    assert status(db, "admissions", school["sid_admission"]) == "completed"
    assert one(db, RUN, "2027-03-25") == 0
    assert one(db, RUN, "2027-03-26") == 1


def test_the_school_decides_what_day_it_is(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    call("root")("update_settings", timezone="Pacific/Auckland", present=["timezone"])
    clock.set("2027-03-24T10:59:59+00:00")
    assert one(db, "select jobs.complete_admissions()") == 0
    clock.set("2027-03-24T11:00:00+00:00")  # midnight there
    assert one(db, "select jobs.complete_admissions()") == 1


def test_a_moved_last_class_carries_the_end_of_the_plan_and_a_blocked_plan_waits(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    asked = ask(call("sid"), db, school, "2027-03-24", "violin_friday", "2027-04-02")
    call("ada")("approve_reschedule_request", reschedule_request_id=asked)
    call("ada")("block_admission", admission_id=school["una_admission"])
    clock.set("2027-04-03T09:00:00+00:00")
    assert one(db, RUN, "2027-04-02") == 0
    assert one(db, RUN, "2027-04-03") == 1
    assert status(db, "admissions", school["una_admission"]) == "blocked"
    assert seats(db, school["una_admission"]) == ["active", "active"]
    call("ada")("unblock_admission", admission_id=school["una_admission"])
    assert one(db, RUN, "2027-04-03") == 1


def test_several_at_once_complete_each_plan_once(
    db: Database, school: School, conninfo: Conninfo, clock: Clock
) -> None:
    clock.set("2027-03-26T09:00:00+00:00")
    with ExitStack() as stack:
        runs = [stack.enter_context(psycopg.connect(conninfo(), autocommit=True)) for _ in range(6)]
        made = at_once(*(partial(one, run, RUN, "2027-03-26") for run in runs))
    assert sum(made) == 2
    for student in ("sid", "una"):
        assert status(db, "admissions", school[f"{student}_admission"]) == "completed"
    assert broken(db) == []


def test_a_run_beside_another_leaves_it_its_plans_and_waits_for_none(
    db: Database, school: School, conninfo: Conninfo, clock: Clock
) -> None:
    clock.set("2027-03-26T09:00:00+00:00")
    with psycopg.connect(conninfo()) as first:
        assert one(first, RUN, "2027-03-26") == 2
        assert one(db, RUN, "2027-03-26") == 0
        first.rollback()
    assert one(db, RUN, "2027-03-26") == 2


def test_an_admission_that_somebody_holds_is_left_to_the_next_run(
    db: Database, school: School, conninfo: Conninfo, clock: Clock
) -> None:
    clock.set("2027-03-26T09:00:00+00:00")
    with psycopg.connect(conninfo()) as holder:
        holder.execute(
            "select from school.admissions where id = %s for update", (school["sid_admission"],)
        )
        assert one(db, RUN, "2027-03-26") == 1
        assert status(db, "admissions", school["sid_admission"]) == "active"
    assert one(db, RUN, "2027-03-26") == 1
