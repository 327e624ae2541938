"""The scheduler: what has to be done by the clock is done by the one API process with the lease.

There is a lease for the schedule and one for the outbox. They stand in the database, so nothing
hangs on a connection; a process that dies is followed when its lease has run out. A lease saves
work and guards nothing: every duty may be done twice, or by two processes at once, without harm.
"""

import asyncio
import json
import logging
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from cronsim import CronSim, CronSimError

from api.database.calls import Caller
from api.database.gateway import Gateway
from api.database.pipeline import Statement
from api.logs import REQUEST_ID
from api.problems import Problem

log = logging.getLogger("ostinato.scheduler")

LEASE_S = 30
RENEW_S = 10.0
JOB_LIMIT_MS = 900_000
HOLD_LEASE = b"select to_json(jobs.hold_lease($1::uuid, $2::integer, $3::text))"
GIVE_UP_LEASE = b"select jobs.give_up_lease($1::uuid)"
ENABLED_JOBS = Statement(b"select jobs.enabled_jobs()")
RUN_JOB = b"select to_json(jobs.run($1::text))"

Work = Literal["jobs", "outbox"]
"""What a lease is for, in the words of jobs.lease."""


@dataclass(frozen=True, slots=True)
class Duty:
    """Work of who holds the lease, begun with it and again ``every_seconds`` after it has ended.

    What ``run`` raises is logged; it is tried again the next time.
    """

    name: str
    every_seconds: float
    run: Callable[[], Awaitable[object]]


class Scheduler:
    """Asks for the lease of its work, and does its duties while it holds it.

    ``lease_s`` is how long a lease lasts that is not renewed, ``renew_s`` how often it is renewed,
    or asked for.
    """

    def __init__(
        self,
        gateway: Gateway,
        duties: Sequence[Duty],
        work: Work = "jobs",
        *,
        lease_s: int = LEASE_S,
        renew_s: float = RENEW_S,
    ) -> None:
        self.holder = uuid.uuid4()
        self._gateway = gateway
        self._duties = tuple(duties)
        self._work = work
        self._lease_s = lease_s
        self._renew_s = renew_s
        self._until = 0.0
        self._holding = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def holds_lease(self) -> bool:
        return self._holding.is_set()

    def start(self) -> None:
        """Begin, in the running event loop. Without duties it does not ask for the lease."""
        if not self._duties:
            return
        self._tasks = [asyncio.create_task(self._keep_lease())]
        self._tasks += [asyncio.create_task(self._perform(duty)) for duty in self._duties]

    async def stop(self) -> None:
        """Leave off, also in the middle of a duty, and give the lease up."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        if self._holding.is_set():
            self._holding.clear()
            try:
                await self._bare(GIVE_UP_LEASE, str(self.holder))
            except Problem as problem:
                log.warning("the lease runs out by itself: %s", problem.code)

    async def _keep_lease(self) -> None:
        while True:
            asked = time.monotonic()
            try:
                values = (str(self.holder), str(self._lease_s), self._work)
                if await self._bare(HOLD_LEASE, *values) == b"true":
                    self._until = asked + self._lease_s
                else:
                    self._until = 0.0
            except Problem as problem:
                log.warning(
                    "cannot ask for the lease: %s", problem.code, extra={"kind": "no lease"}
                )
            except Exception:
                log.exception("cannot ask for the lease")
            if self._until <= time.monotonic():
                self._holding.clear()
            elif not self._holding.is_set():
                log.info("this process has the lease: %s", self._work)
                self._holding.set()
            await asyncio.sleep(self._renew_s)

    async def _perform(self, duty: Duty) -> None:
        while True:
            await self._holding.wait()
            try:
                await duty.run()
            except Problem as problem:
                log.warning("%s: %s", duty.name, problem.code, extra={"kind": f"duty {duty.name}"})
            except Exception:
                log.exception(
                    "%s failed, and is tried again in %s s", duty.name, duty.every_seconds
                )
            await asyncio.sleep(duty.every_seconds)

    async def _bare(self, sql: bytes, *values: str) -> bytes | None:
        statement = Statement(sql, [value.encode() for value in values])
        return (await self._gateway.bare(own_caller("scheduler"), statement)).body


class Schedulers:
    """Those of a process, by their work; it may have none."""

    def __init__(self, schedulers: Mapping[Work, Scheduler]) -> None:
        self._schedulers = dict(schedulers)

    def holds_lease(self, work: Work) -> bool:
        return work in self._schedulers and self._schedulers[work].holds_lease

    def start(self) -> None:
        for scheduler in self._schedulers.values():
            scheduler.start()

    async def stop(self) -> None:
        await asyncio.gather(*(scheduler.stop() for scheduler in self._schedulers.values()))


class Jobs:
    """The schedule of the database, run by a process."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def run_due(self) -> None:
        """Run the enabled jobs that are due by their cron expression (UTC), one after the other.

        One that fails is logged, and due again.
        """
        schedule = json.loads(
            (await self._gateway.bare(own_caller("jobs"), ENABLED_JOBS)).body or b"{}"
        )
        now = datetime.fromisoformat(schedule["now"])
        for job in schedule["jobs"]:
            try:
                if is_due(job["cron"], job["lastStartedAt"], now):
                    await self._run(job["name"])
            except Exception:
                log.exception("job %s failed", job["name"])

    async def _run(self, name: str) -> None:
        caller = own_caller(name)
        caller.limit_ms = JOB_LIMIT_MS
        answer = await self._gateway.bare(caller, Statement(RUN_JOB, (name.encode(),)))
        run: dict[str, Any] = json.loads(answer.body or b"{}")
        if run.get("error") is not None:
            log.error("job %s for %s failed: %s", name, run.get("run_on"), run["error"])
        else:
            log.info("job %s for %s: %s rows", name, run.get("run_on"), run.get("rows_made"))


def is_due(cron: str, last_started_at: str | None, now: datetime) -> bool:
    """Whether a job that last started then should have started again by now.

    ``cron`` has five fields and means UTC; a job that never ran is due. Raises CronSimError.
    """
    if last_started_at is None:
        CronSim(cron.upper(), now)
        return True
    last = datetime.fromisoformat(last_started_at).astimezone(UTC)
    following = next(CronSim(cron.upper(), last), None)
    if following is None:
        raise CronSimError(f"{cron!r} never comes")
    return following <= now


def own_caller(purpose: str) -> Caller:
    """A caller for what a process does of its own accord; ``purpose`` shows in the logs."""
    caller = Caller(None, f"{purpose}-{uuid.uuid4().hex[:12]}", None)
    REQUEST_ID.set(caller.request_id)
    return caller
