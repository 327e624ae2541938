"""jobs.run: one run at a time, kept, with the days that were missed."""

from typing import Any

import psycopg
import pytest

from tests.support.admitting import nothing_changes
from tests.support.asking import one, refusal
from tests.support.notices import events, run, told
from tests.support.races import behind
from tests.support.school import Callers, Clock, Conninfo, Database, School
from tests.support.servers import Client

RUNS = (
    "select name, run_on::text, rows_made, finished_at >= started_at from jobs.runs"
    " order by started_at, run_on"
)


def started(db: Database, job: str, on: str | None = None) -> Any:
    return db.execute("select * from jobs.run(%s, %s)", (job, on)).fetchone()


def test_a_run_is_kept_with_its_date_and_the_rows_it_made(db: Database, school: School) -> None:
    run = started(db, "follow_ups_due")
    assert run is not None
    assert db.execute(RUNS).fetchall() == [("follow_ups_due", "2027-03-01", 2, True)]
    started(db, "follow_ups_due", "2027-02-20")
    assert db.execute(RUNS).fetchall()[1:] == [("follow_ups_due", "2027-02-20", 0, True)]


JOBS = (
    "follow_ups_due",
    "remaining_classes",
    "complete_admissions",
    "expire_reschedule_requests",
    "expire_offers",
    "purge",
)


@pytest.mark.parametrize("job", JOBS)
def test_a_day_that_has_not_come_is_refused_and_changes_nothing(
    db: Database, school: School, call: Callers, client: Client, job: str
) -> None:
    with nothing_changes(db):
        for day in ("2027-03-02", "2200-01-01"):
            assert refusal(call("ada"), "run_job", name=job, date=day).code == "job_date_in_future"
            with pytest.raises(psycopg.Error, match="It is 2027-03-01"):
                started(db, job, day)
            answer = client("ada").post(f"/v1/jobs/{job}/run", json={"date": day})
            assert (answer.status_code, answer.json()["code"]) == (422, "job_date_in_future")
            assert client("ada").get(f"/v1/jobs/{job}/preview", params={"date": day}).is_success


def test_tomorrow_is_the_day_after_the_schools_today(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    call("root")("update_settings", timezone="Pacific/Auckland", present=["timezone"])
    clock.set("2027-03-01T10:59:59Z")
    assert (
        refusal(call("ada"), "run_job", name="purge", date="2027-03-02").code
        == "job_date_in_future"
    )
    clock.set("2027-03-01T11:00:00Z")  # midnight there
    assert call("ada")("run_job", name="purge", date="2027-03-02")["date"] == "2027-03-02"


@pytest.mark.parametrize("job", [*JOBS, "rebuild_notifications"])
def test_the_functions_themselves_are_their_owners_alone(
    db: Database, school: School, job: str
) -> None:
    others = db.execute(
        "select rolname from pg_roles where rolname ~ '^school_' and rolname <> 'school_owner'"
        " and has_function_privilege(oid, %s, 'execute')",
        (f"jobs.{job}(date)",),
    )
    assert others.fetchall() == []


def test_the_role_of_the_scheduler_runs_jobs_by_name(db: Database, school: School) -> None:
    for job in JOBS:
        with db.transaction(force_rollback=True):
            db.execute("set local role school_jobs")
            assert started(db, job) is not None
            with pytest.raises(psycopg.Error, match="It is 2027-03-01"):
                started(db, job, "2027-03-02")


@pytest.mark.parametrize("job", ["", "no_such_job", "follow_ups_due; drop table x", "run"])
def test_a_job_that_does_not_exist_is_not_found_and_leaves_no_run(
    db: Database, school: School, call: Callers, job: str
) -> None:
    assert refusal(call("ada"), "run_job", name=job).code == "not_found"
    with pytest.raises(psycopg.Error):
        started(db, job)
    assert one(db, "select count(*) from jobs.runs") == 0


def test_every_scheduled_job_can_be_run(db: Database, school: School) -> None:
    for (name,) in db.execute("select name from jobs.schedule").fetchall():
        assert started(db, name) is not None


def test_days_without_a_server_are_made_up_for_once(
    db: Database, school: School, clock: Clock
) -> None:
    started(db, "follow_ups_due")
    db.execute(
        "update school.leads set follow_up_date = '2027-03-02' where follow_up_status = 'open'"
    )
    clock.set("2027-03-04T09:00:00Z")
    started(db, "follow_ups_due")
    assert db.execute(RUNS).fetchall()[1:] == [
        ("follow_ups_due", "2027-03-02", 2, True),
        ("follow_ups_due", "2027-03-03", 0, True),
        ("follow_ups_due", "2027-03-04", 0, True),
    ]
    assert {day for _, _, day in told(db, "follow_up.due")} == {"2027-03-01", "2027-03-02"}
    started(db, "follow_ups_due")
    assert [run[1] for run in db.execute(RUNS).fetchall()[4:]] == ["2027-03-04"]


def test_after_a_year_without_a_server_thirty_days_are_made_up_for(
    db: Database, school: School, clock: Clock
) -> None:
    started(db, "remaining_classes")
    clock.set("2028-03-01T09:00:00Z")
    started(db, "remaining_classes")
    assert one(db, "select count(*) from jobs.runs") == 32
    # What ended almost a year ago is no news.
    assert (events(db, "classes.remaining_4"), events(db, "classes.remaining_0")) == (0, 0)


def test_the_first_run_ever_makes_up_for_nothing(
    db: Database, school: School, clock: Clock
) -> None:
    clock.set("2027-06-01T09:00:00Z")
    started(db, "purge")
    assert [run[1] for run in db.execute(RUNS).fetchall()] == ["2027-06-01"]


def test_a_second_caller_waits_and_makes_nothing_twice(
    db: Database, school: School, call: Callers, conninfo: Conninfo
) -> None:
    with (
        psycopg.connect(conninfo()) as first,
        psycopg.connect(conninfo(), autocommit=True) as second,
    ):
        started(first, "follow_ups_due")
        waiting = behind(db, first, started, second, "follow_ups_due")
        first.commit()
        assert waiting.result(30) is not None
    assert [run[:3] for run in db.execute(RUNS).fetchall()] == [
        ("follow_ups_due", "2027-03-01", 2),
        ("follow_ups_due", "2027-03-01", 0),
    ]
    assert len(told(db, "follow_up.due")) == 3


def test_one_job_does_not_wait_for_another(
    db: Database, school: School, conninfo: Conninfo
) -> None:
    with psycopg.connect(conninfo()) as first:
        started(first, "follow_ups_due")
        db.execute("set lock_timeout = '2s'")
        assert started(db, "remaining_classes") is not None
        first.rollback()


def test_a_run_that_fails_leaves_nothing(db: Database, school: School) -> None:
    db.execute(
        "create or replace function jobs.remaining_classes(p_on date default school.today())"
        " returns integer language plpgsql volatile security definer set search_path = ''"
        " as $$ begin perform jobs.follow_ups_due(p_on); raise exception 'out of order'; end; $$"
    )
    with pytest.raises(psycopg.errors.RaiseException):
        started(db, "remaining_classes")
    assert one(db, "select count(*) from jobs.runs") == 0
    assert events(db, "follow_up.due") == 0


def test_an_admin_runs_and_previews_and_nobody_else_does(
    db: Database, school: School, call: Callers
) -> None:
    run = call("ada")("run_job", name="follow_ups_due", date="2027-03-01")
    assert (run["name"], run["date"], run["rows"]) == ("follow_ups_due", "2027-03-01", 2)
    listed = {job["name"]: job for job in call("root")("list_jobs")["items"]}
    assert listed.keys() >= {"follow_ups_due", "purge"}
    for person in ("sam", "tom", "sid", None):
        for function in ("run_job", "preview_job"):
            assert refusal(call(person), function, name="follow_ups_due").code == "forbidden"
    assert one(db, "select count(*) from jobs.runs") == 1


def test_long_outage_brings_one_notice_of_an_episode_and_not_one_of_a_day(
    db: Database, school: School, clock: Clock
) -> None:
    run(db, "follow_ups_due", "2027-02-20")
    db.execute("select jobs.run('follow_ups_due'), jobs.run('remaining_classes')")
    clock.set("2027-03-20T09:00:00Z")
    db.execute("select jobs.run('follow_ups_due'), jobs.run('remaining_classes')")
    assert events(db, "follow_up.due") == 2
    assert events(db, "classes.remaining_4") == 2
