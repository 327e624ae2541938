"""A server whose clock was forty days ahead for a while goes on at once when it is right again."""

import asyncio
from typing import Any

import psycopg

from api.background.scheduler import Duty, Jobs, Scheduler
from api.settings import Settings
from tests.support.asking import one
from tests.support.races import behind
from tests.support.scheduling import gateway_of, holder
from tests.support.school import Database, School
from tests.support.waiting import until

STRANGER = "00000000-0000-4000-8000-00000000000a"
SECOND = "00000000-0000-4000-8000-00000000000b"
HOLD = "select jobs.hold_lease(%s, 30)"
AHEAD = "clock_timestamp() + interval '40 days'"


def test_a_lease_given_while_the_clock_was_ahead_binds_nobody(
    db: Database, school: School, settings: Settings
) -> None:
    db.execute(
        f"insert into jobs.lease (holder, expires_at) values (%s, {AHEAD} + interval '30 s')",
        (STRANGER,),
    )

    async def scenario() -> None:
        async with gateway_of(settings) as gateway:
            scheduler = Scheduler(gateway, [Duty("nothing", 60, lambda: asyncio.sleep(0))])
            scheduler.start()
            await asyncio.to_thread(until, lambda: scheduler.holds_lease)
            assert holder(db) == str(scheduler.holder)
            await scheduler.stop()

    asyncio.run(scenario())


def test_a_lease_of_now_is_nobody_elses(db: Database, school: School) -> None:
    assert one(db, HOLD, STRANGER) is True
    assert one(db, HOLD, SECOND) is False
    assert one(db, HOLD, STRANGER) is True, "its holder renews it"
    db.execute("update jobs.lease set expires_at = clock_timestamp() - interval '1 ms'")
    assert one(db, HOLD, SECOND) is True


def test_a_lease_renewed_while_another_process_waits_for_it_stays_where_it_is(
    db: Database, school: School, conninfo: Any
) -> None:
    """The other asked first: what it was judged by must be the time after its waiting."""
    assert one(db, HOLD, STRANGER) is True
    with psycopg.connect(conninfo()) as first, psycopg.connect(conninfo()) as other:
        first.execute("select from jobs.lease for update")
        waiting = behind(db, first, one, other, HOLD, SECOND)
        first.execute(HOLD, (STRANGER,))
        first.commit()
        assert waiting.result(30) is False


def test_a_job_that_ran_while_the_clock_was_ahead_is_due_again_now(
    db: Database, school: School, settings: Settings
) -> None:
    db.execute("update jobs.schedule set is_enabled = name in ('purge', 'follow_ups_due')")
    for name, day, started in (
        ("purge", 40, AHEAD),
        ("purge", 0, "clock_timestamp() - interval '2 days'"),
        ("follow_ups_due", 40, AHEAD),
    ):
        db.execute(
            "insert into jobs.runs (name, run_on, started_at, finished_at, rows_made)"
            f" values (%s, school.today() + %s, {started}, {started}, 0)",
            (name, day),
        )

    async def scenario() -> None:
        async with gateway_of(settings) as gateway:
            jobs = Jobs(gateway)
            await jobs.run_due()
            await jobs.run_due()

    asyncio.run(scenario())
    ran = db.execute(
        "select name, count(*) from jobs.runs where started_at between clock_timestamp()"
        " - interval '1 minute' and clock_timestamp() group by name order by name"
    ).fetchall()
    assert ran == [("follow_ups_due", 1), ("purge", 1)]
