"""jobs.run: one run at a time, kept, with the days that were missed."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from tests.support.admitting import nothing_changes
from tests.support.asking import one, refusal
from tests.support.notices import events, run, told
from tests.support.races import behind
from tests.support.school import Callers, Clock, Conninfo, Database, School
from tests.support.servers import Client
from tests.support.waiting import until

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


OUT_OF_ORDER = (
    "create or replace function jobs.remaining_classes(p_on date default school.today())"
    " returns integer language plpgsql volatile security definer set search_path = ''"
    " as $$ begin perform jobs.follow_ups_due(p_on); {} return 0; end; $$"
)
FAILED = "select name, run_on::text, rows_made, error from jobs.runs where error is not null"


def failing(db: Database, statement: str) -> None:
    """Let the job fail with a statement, after it has told somebody."""
    db.execute(OUT_OF_ORDER.format(statement))


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("raise exception 'Anna is out of order';", "P0001 in {} line 1"),
        ("perform 'Anna'::date;", "22007 in {} line 1"),
        (
            "perform school.fail_not_found('lead');",
            "OS001 not_found in school.fail(text,text,jsonb)",
        ),
        ("raise sqlstate 'OS002';", "OS002 in {} line 1"),
        ("perform 1 / 0;", "22012 in {} line 1"),
        ("perform (select 1 from pg_class);", "21000 more than one row returned by a subquery"),
        (
            "insert into school.instruments (name) values (null);",
            '23502 null value in column "name" of relation "instruments" violates',
        ),
        ("perform from nowhere;", '42P01 relation "nowhere" does not exist in {}'),
        ("lock table school.leads nowait;", "55P03 could not obtain lock on relation"),
        ("assert false;", "P0004 in {} line 1"),
        ("raise sqlstate '58030' using message = 'no disk';", "58030 no disk in {}"),
        ("raise sqlstate 'XX000' using message = 'lost';", "XX000 lost in {}"),
        ("raise sqlstate '53100' using message = 'disk full';", "53100 disk full in {}"),
        ("raise sqlstate '54001' using message = 'too deep';", "54001 too deep in {}"),
        ("raise sqlstate '0A000' using message = 'not here';", "0A000 not here in {}"),
    ],
)
def test_a_run_that_fails_keeps_its_error_and_nothing_else(
    db: Database, school: School, conninfo: Conninfo, statement: str, error: str
) -> None:
    failing(db, statement)
    with psycopg.connect(conninfo()) as other:
        other.execute("lock table school.leads in access share mode")
        run = started(db, "remaining_classes")
    assert run is not None
    ((name, on, rows, kept),) = db.execute(FAILED).fetchall()
    assert (name, on, rows) == ("remaining_classes", "2027-03-01", None)
    assert kept.startswith(error.format("jobs.remaining_classes(date)"))
    assert "Anna" not in kept
    assert (one(db, "select count(*) from jobs.runs"), events(db, "follow_up.due")) == (1, 0)
    assert one(db, "select failures from jobs.schedule where name = 'remaining_classes'") == 1
    assert one(db, "select sum(failures) from jobs.schedule") == 1


def test_a_run_that_is_cancelled_keeps_that(
    db: Database, school: School, conninfo: Conninfo
) -> None:
    failing(db, "perform pg_sleep(600);")
    sleeping = (
        "select coalesce(min(pid), 0) from pg_stat_activity"
        " where wait_event = 'PgSleep' and datname = current_database()"
    )
    with (
        psycopg.connect(conninfo(), autocommit=True) as other,
        ThreadPoolExecutor(1) as thread,
    ):
        running = thread.submit(started, other, "remaining_classes")
        until(lambda: one(db, sleeping))
        db.execute("select pg_cancel_backend(%s)", (one(db, sleeping),))
        assert running.result(60) is not None
    kept = one(db, "select error from jobs.runs")
    assert kept.startswith(
        "57014 canceling statement due to user request in jobs.remaining_classes"
    )


def test_an_error_is_kept_short(db: Database, school: School) -> None:
    failing(db, "raise sqlstate 'XX000' using message = repeat('lost ', 1000);")
    started(db, "remaining_classes")
    assert len(one(db, "select error from jobs.runs")) == 500


def test_a_lost_race_is_the_callers_to_repeat(db: Database, school: School) -> None:
    failing(db, "raise deadlock_detected;")
    with pytest.raises(psycopg.errors.DeadlockDetected):
        started(db, "remaining_classes")
    assert one(db, "select count(*) from jobs.runs") == 0


def test_the_day_of_a_run_that_failed_is_made_up_for(
    db: Database, school: School, clock: Clock
) -> None:
    source = one(db, "select pg_get_functiondef('jobs.remaining_classes(date)'::regprocedure)")
    started(db, "remaining_classes")
    clock.set("2027-03-02T09:00:00Z")
    failing(db, "raise sqlstate 'OS002';")
    started(db, "remaining_classes")
    clock.set("2027-03-04T09:00:00Z")
    failing(db, "if p_on = '2027-03-03' then raise sqlstate 'OS002'; end if;")
    started(db, "remaining_classes")
    runs = "select run_on::text, error is not null from jobs.runs order by started_at, run_on"
    assert db.execute(runs).fetchall() == [
        ("2027-03-01", False),
        ("2027-03-02", True),
        ("2027-03-02", False),
        ("2027-03-03", True),
    ]
    db.execute(source)
    started(db, "remaining_classes")
    assert db.execute(runs).fetchall()[4:] == [("2027-03-03", False), ("2027-03-04", False)]


def test_an_admin_sees_a_failure_and_the_job_is_run_again(
    db: Database, school: School, client: Client
) -> None:
    source = one(db, "select pg_get_functiondef('jobs.remaining_classes(date)'::regprocedure)")
    failing(db, "raise exception 'Anna is out of order';")
    answer = client("ada").post("/v1/jobs/remaining_classes/run", json={})
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")

    def listed() -> Any:
        jobs = client("ada").get("/v1/jobs").json()["items"]
        return next(job for job in jobs if job["name"] == "remaining_classes")

    failure = listed()["lastFailure"]
    assert failure == listed()["lastRun"]
    assert (failure["rows"], failure["date"]) == (None, "2027-03-01")
    assert failure["error"] == "P0001 in jobs.remaining_classes(date) line 1"
    db.execute(source)
    assert client("ada").post("/v1/jobs/remaining_classes/run", json={}).is_success
    assert (listed()["lastFailure"], listed()["lastRun"]["error"]) == (failure, None)


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
