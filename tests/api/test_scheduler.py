"""The process with the lease runs the schedule; another follows when it dies."""

import asyncio
import logging
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

import httpx
import psycopg
import pytest
from cronsim import CronSimError

from api.background.scheduler import Duty, Jobs, Scheduler, is_due
from api.database.gateway import Gateway
from api.problems import Problem
from api.settings import Settings
from tests.support.asking import one
from tests.support.console import PROJECT
from tests.support.mail import Inbox
from tests.support.scheduling import gateway_of, holder
from tests.support.school import Conninfo, Database, School
from tests.support.servers import Server
from tests.support.waiting import until


@contextmanager
def scheduling(conninfo: Conninfo, lease_s: int) -> Iterator[tuple[Any, str]]:
    """Give a process of tests.support.scheduling and its holder id."""
    process: Any = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.support.scheduling",
            conninfo("school_gateway"),
            str(lease_s),
        ],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process, process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait(10)
        process.stdout.close()


@pytest.mark.parametrize(
    ("cron", "last", "now", "due"),
    [
        ("*/15 * * * *", None, "2027-03-01T09:07Z", True),
        ("*/15 * * * *", "2027-03-01T09:00Z", "2027-03-01T09:14:59Z", False),
        ("*/15 * * * *", "2027-03-01T09:00Z", "2027-03-01T09:15Z", True),
        ("5,35 * * * *", "2027-02-20T09:05Z", "2027-03-01T09:00Z", True),
        ("0 6 * * *", "2027-03-01T06:00:01Z", "2027-03-02T05:59Z", False),
        ("0 6 * * *", "2027-03-01T06:00:01Z", "2027-03-02T06:00Z", True),
        # the expression means UTC, whatever zone the instants are told in
        ("0 6 * * *", "2027-03-01T06:30+00:00", "2027-03-02T11:00+05:30", False),
        ("0 6 * * mon", "2027-03-01T06:00:01Z", "2027-03-07T23:59Z", False),
        ("0 6 * * mon", "2027-03-01T06:00:01Z", "2027-03-08T06:00Z", True),
        ("0 6 1 jan *", "2027-03-01T06:00Z", "2027-12-31T06:00Z", False),
    ],
)
def test_a_job_is_due_when_its_cron_expression_has_come_since_it_last_started(
    cron: str, last: str | None, now: str, due: bool
) -> None:
    assert is_due(cron, last, datetime.fromisoformat(now)) is due


def test_an_expression_that_is_none_or_never_comes_is_an_error() -> None:
    now = datetime.fromisoformat("2027-03-01T09:07Z")
    for cron in ("61 * * * *", "one two three four five", "0 0 31 2 *"):
        for last in (None, "2027-03-01T09:00Z"):
            with pytest.raises(CronSimError):
                is_due(cron, last, now)


def test_of_several_processes_one_holds_the_lease_and_each_job_runs_once(
    db: Database, school: School, serve_processes: Callable[..., list[str]]
) -> None:
    urls = serve_processes(2, SCHEDULER="auto")

    def gauges() -> Any:
        metrics = [httpx.get(f"{url}/metrics").text for url in urls]
        return [text.partition("\nleader ")[2].split()[0] for text in metrics]

    until(lambda: one(db, "select count(*) from jobs.runs where finished_at is not null") >= 5)
    assert sorted(gauges()) == ["0.0", "1.0"]
    names = [row[0] for row in db.execute("select name from jobs.runs order by name")]
    assert names == [row[0] for row in db.execute("select name from jobs.schedule order by name")]
    logins = [row[0] for row in db.execute("select distinct session_login from jobs.runs")]
    assert logins == ["school_gateway"]


def test_one_process_runs_the_jobs_and_another_sends_the_mail(
    db: Database, school: School, serve_processes: Callable[..., list[str]], inbox: Inbox
) -> None:
    """Each holds the lease of its work and leaves the other's alone."""
    waiting = "select count(*) from school.deliveries where kind = 'email' and status = 'pending'"
    leases = "select array_agg(work order by work) from jobs.lease"
    (running,) = serve_processes(1, SCHEDULER="jobs", SMTP_URL=inbox.url)
    until(lambda: one(db, "select count(*) from jobs.runs where finished_at is not null") >= 6)
    mails = one(db, waiting)
    assert mails > 0
    assert (one(db, leases), inbox.messages) == (["jobs"], [])
    (sending,) = serve_processes(1, SCHEDULER="outbox", SMTP_URL=inbox.url)
    until(lambda: one(db, waiting) == 0)
    assert (one(db, leases), len(inbox.messages)) == (["jobs", "outbox"], mails)
    told = [httpx.get(f"{url}/metrics").text for url in (running, sending)]
    assert ["\nleader 1.0" in text for text in told] == [True, False]
    assert ["\noutbox_leader 1.0" in text for text in told] == [False, True]


def test_without_the_scheduler_nothing_runs(db: Database, school: School, server: Server) -> None:
    assert server.settings.scheduler == "off"
    assert "\nleader 0.0" in httpx.get(f"{server.url}/metrics").text
    assert one(db, "select count(*) from jobs.runs") == 0
    assert holder(db) is None


def test_a_killed_scheduler_is_followed_when_its_lease_has_run_out(
    db: Database, school: School, conninfo: Conninfo
) -> None:
    with scheduling(conninfo, 2) as (first, first_id):
        until(lambda: holder(db) == first_id)
        with scheduling(conninfo, 2) as (second, second_id):
            assert first.stdout.readline() == "ran\n"
            assert holder(db) == first_id
            first.kill()
            killed = time.monotonic()
            until(lambda: holder(db) == second_id)
            assert second.stdout.readline() == "ran\n"
            # with a lease of 30 s renewed every 10 s the same is below a minute
            assert time.monotonic() - killed < 10


def test_a_scheduler_killed_in_the_middle_of_a_job_loses_nothing_and_repeats_nothing(
    db: Database, school: School, conninfo: Conninfo
) -> None:
    db.execute("update jobs.schedule set is_enabled = name = 'follow_ups_due'")
    with ExitStack() as stack:
        with psycopg.connect(conninfo()) as other:
            # The job has written one event and waits with the second.
            other.execute("select from school.leads where id = %s for update", (school["fresh"],))
            other.execute("lock table school.notifications in share mode")
            first, first_id = stack.enter_context(scheduling(conninfo, 2))
            until(
                lambda: one(
                    db,
                    "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
                    " and datname = current_database() and query like %s",
                    "%jobs.run(%",
                )
            )
            assert holder(db) == first_id
            first.kill()
            first.wait(10)
            second, second_id = stack.enter_context(scheduling(conninfo, 2))
            until(lambda: holder(db) == second_id)
            other.rollback()
        assert second.stdout.readline() == "ran\n"
    rows = db.execute(
        "select n.entity_id::text, u.name from school.notifications as n"
        " join school.users as u on u.id = n.recipient_user_id where n.type = 'follow_up.due'"
        " order by u.name"
    ).fetchall()
    assert rows == [
        (school["unowned"], "Ada"),
        (school["unowned"], "Root"),
        (school["fresh"], "Sam"),
    ]
    told = "select count(*) from school.notification_events where type = 'follow_up.due'"
    assert one(db, told) == 2


def test_a_scheduler_that_stops_gives_the_lease_up_at_once(
    db: Database, school: School, settings: Settings
) -> None:
    async def scenario() -> None:
        async with gateway_of(settings) as gateway:
            duties = [Duty("nothing", 60, lambda: asyncio.sleep(0))]
            first = Scheduler(gateway, duties, renew_s=0.05)
            second = Scheduler(gateway, duties, renew_s=0.05)
            first.start()
            await asyncio.to_thread(until, lambda: first.holds_lease)
            second.start()
            await asyncio.sleep(0)
            assert not second.holds_lease
            await first.stop()
            await asyncio.to_thread(until, lambda: bool(second.holds_lease))
            assert not first.holds_lease
            assert holder(db) == str(second.holder)
            await second.stop()
            assert holder(db) is None

    asyncio.run(scenario())


def test_a_scheduler_that_cannot_renew_goes_on_no_longer_than_its_lease(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Lost:
        answers = 1

        async def bare(self, caller: object, statement: object) -> Any:
            self.answers -= 1
            if self.answers < 0:
                raise Problem("unavailable")
            return type("Answer", (), {"body": b"true"})

    async def scenario() -> None:
        duty = Duty("nothing", 60, lambda: asyncio.sleep(0))
        scheduler = Scheduler(cast("Gateway", Lost()), [duty], lease_s=1, renew_s=0.05)
        scheduler.start()
        await asyncio.to_thread(until, lambda: scheduler.holds_lease)
        await asyncio.to_thread(until, lambda: not scheduler.holds_lease)
        await scheduler.stop()

    asyncio.run(scenario())
    assert "cannot ask for the lease" in caplog.text


def test_a_duty_that_fails_is_logged_and_done_again(
    db: Database, school: School, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    done = []

    async def fail() -> None:
        done.append("failed")
        if len(done) == 1:
            raise RuntimeError("the first time")

    async def scenario() -> None:
        async with gateway_of(settings) as gateway:
            scheduler = Scheduler(gateway, [Duty("something", 0.01, fail)])
            scheduler.start()
            await asyncio.to_thread(until, lambda: len(done) >= 3)
            await scheduler.stop()

    asyncio.run(scenario())
    assert "something failed" in caplog.text


def test_a_failing_job_is_logged_stops_no_other_and_is_due_again(
    db: Database, school: School, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    source = one(db, "select pg_get_functiondef('jobs.follow_ups_due(date)'::regprocedure)")
    db.execute(
        "create or replace function jobs.follow_ups_due(p_on date default school.today())"
        " returns integer language plpgsql volatile security definer set search_path = ''"
        " as $$ begin raise exception 'out of order'; end; $$"
    )
    db.execute("update jobs.schedule set is_enabled = false where name = 'purge'")
    db.execute("update jobs.schedule set cron = '99 * * * *' where name = 'complete_admissions'")

    async def run_due() -> None:
        async with gateway_of(replace(settings, pool_max=1)) as gateway:
            await Jobs(gateway).run_due()

    asyncio.run(run_due())
    ran = "select array_agg(name order by name) from jobs.runs where error is null"
    assert one(db, ran) == ["expire_offers", "expire_reschedule_requests", "remaining_classes"]
    for name in ("follow_ups_due", "complete_admissions"):
        assert f"job {name} " in caplog.text
    failed = one(db, "select array_agg(name) from jobs.runs where error is not null")
    assert failed == ["follow_ups_due"]

    db.execute(source)
    asyncio.run(run_due())
    assert one(db, ran) == [
        "expire_offers",
        "expire_reschedule_requests",
        "follow_ups_due",
        "remaining_classes",
    ]


def test_a_job_has_more_time_than_a_request(
    db: Database, school: School, settings: Settings
) -> None:
    db.execute(
        "create or replace function jobs.purge(p_on date default school.today())"
        " returns integer language plpgsql volatile security definer set search_path = ''"
        " as $$ begin perform pg_sleep(0.2);"
        " return (current_setting('statement_timeout') = '15min')::integer; end; $$"
    )

    async def run_due() -> None:
        async with gateway_of(replace(settings, statement_timeout_ms=150)) as gateway:
            await Jobs(gateway).run_due()

    asyncio.run(run_due())
    assert one(db, "select rows_made from jobs.runs where name = 'purge'") == 1


def test_stopping_in_the_middle_of_a_duty_is_quick(
    db: Database, school: School, settings: Settings
) -> None:
    async def scenario() -> None:
        async with gateway_of(settings) as gateway:
            begun = asyncio.Event()

            async def never_ends() -> None:
                begun.set()
                await asyncio.Event().wait()

            scheduler = Scheduler(gateway, [Duty("endless", 60, never_ends)])
            scheduler.start()
            await asyncio.wait_for(begun.wait(), 20)
            started = time.monotonic()
            await scheduler.stop()
            assert time.monotonic() - started < 5
            assert holder(db) is None

    asyncio.run(scenario())
