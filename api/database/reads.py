"""Reads from a standby, wherever that cannot be told from reading from the primary.

A session's read first asks the primary, which is one short statement: whether the session is open,
and up to where the standby must have replayed. That is what the session itself wrote last, by
whatever process, and never less than what was there some seconds ago. Then it asks the standby,
which says first whether it has replayed as much. Only an answer is passed on: what the standby
refuses, cannot do or takes long for is asked of the primary, as if there were no standby.
"""

import time
from collections import Counter
from dataclasses import replace
from typing import Literal, get_args

from api.database.calls import Answer, Call, Caller, Key, Waits
from api.database.catalog import Catalog
from api.database.gateway import Gateway
from api.database.pipeline import Statement
from api.problems import Problem
from api.settings import Settings

HURRIED = Waits(pool_s=0.05, grace_s=0.5, retries=0)
LIMIT_MS = 2_000
"""How long the standby may take, except for whole files; then the primary is asked."""
REST_S = 2.0
"""How long a standby is not asked that could not be reached or did not answer."""
MARK_S = (5.0, 10.0)
"""How old a mark is that the standby must have passed: at least, at most."""
MARKS = 5
"""How many marks there are in the shorter of these times."""

# The newest position that every commit acknowledged so far lies before; a server that may lose
# those after a crash has it further on. Null on a server that is a standby itself.
_NOW = (
    b"case when pg_catalog.pg_is_in_recovery() then null"
    b" when pg_catalog.current_setting('synchronous_commit') = 'off'"
    b" then pg_catalog.pg_current_wal_insert_lsn()"
    b" else pg_catalog.pg_current_wal_flush_lsn() end"
)
ASK = (
    b"select greatest(auth.last_write($1::bytea), coalesce($2::pg_lsn, w.now)), w.now"
    b" from (select " + _NOW + b") as w(now)"
)
REPLAYED = b"select auth.require_replayed($1::pg_lsn)"

Outcome = Literal["answered", "behind", "refused", "failed", "resting"]


class Marks:
    """Where the primary stood some seconds ago."""

    def __init__(self) -> None:
        self._marks: list[tuple[float, bytes]] = []

    def old(self, now: float) -> bytes | None:
        """The newest mark that is old enough and not too old; None without one."""
        youngest, oldest = MARK_S
        usable = [mark for mark in self._marks if youngest <= now - mark[0] <= oldest]
        return usable[-1][1] if usable else None

    def add(self, now: float, position: bytes) -> None:
        """Keep a position of the primary, if it is time for another mark."""
        youngest, oldest = MARK_S
        if not self._marks or now - self._marks[-1][0] >= youngest / MARKS:
            self._marks = [mark for mark in self._marks if now - mark[0] <= oldest]
            self._marks.append((now, position))


class Reads:
    """The calls of reading routes: of the primary alone without REPLICA_DATABASE_URL.

    ``outcomes`` counts what became of the reads that could have been the standby's.
    """

    def __init__(self, settings: Settings, catalog: Catalog, primary: Gateway) -> None:
        self._primary = primary
        self._standby: Gateway | None = None
        if settings.replica_database_url is not None:
            own = replace(settings, database_url=settings.replica_database_url)
            self._standby = Gateway(own, catalog, HURRIED)
        self._limit_ms = min(LIMIT_MS, settings.statement_timeout_ms)
        self._marks = Marks()
        self._rests_until = 0.0
        self.outcomes: Counter[str] = Counter(dict.fromkeys(get_args(Outcome), 0))

    @property
    def has_standby(self) -> bool:
        return self._standby is not None

    async def open(self) -> None:
        """Begin, in the running event loop; nothing waits for the standby."""
        if self._standby is not None:
            await self._standby.open()

    async def close(self) -> None:
        if self._standby is not None:
            await self._standby.close()

    async def call(self, caller: Caller, call: Call, key: Key | None = None) -> Answer:
        """As `Gateway.call`."""
        if self._standby is not None and call.reads and caller.token_hash is not None:
            answer = await self._from_standby(self._standby, caller, call)
            if answer is not None:
                return answer
        return await self._primary.call(caller, call, key)

    async def _from_standby(self, standby: Gateway, caller: Caller, call: Call) -> Answer | None:
        """None when the primary is to be asked. Raises ``unauthenticated``."""
        if time.monotonic() < self._rests_until:
            self.outcomes["resting"] += 1
            return None
        needed = await self._needed(caller)
        if needed is None:
            return None
        replayed = Statement(REPLAYED, (needed,))
        caller.limit_ms = self._limit_ms
        try:
            if call.long:  # no file is waited for from a standby that may be dead
                await standby.ask(caller, replayed)
                caller.limit_ms = None
            answer = await standby.call(caller, call, None, replayed)
        except Problem as problem:
            self.outcomes[_outcome(problem)] += 1
            if problem.code == "timeout" or standby.is_unreachable:
                self._rests_until = time.monotonic() + REST_S
            return None
        finally:
            caller.limit_ms = None
        self.outcomes["answered"] += 1
        return answer

    async def _needed(self, caller: Caller) -> bytes | None:
        """Up to where the standby must have replayed for this session; None: nobody can say."""
        caller.reads = True
        asked = time.monotonic()
        values = (caller.token(), self._marks.old(asked))
        needed, now = await self._primary.ask(caller, Statement(ASK, values))
        if now is None:
            return None
        self._marks.add(asked, now)
        return needed


def _outcome(problem: Problem) -> Outcome:
    if problem.members.get("behind"):
        return "behind"
    return "refused" if problem.status < 500 else "failed"
