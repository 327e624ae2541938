"""The one path of a call: a connection from the pool, one transaction, an answer or a refusal.

A call is ``begin``, ``auth.enter``, the function, ``commit`` in one network round trip.
"""

import asyncio
import json
import logging
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from tempfile import SpooledTemporaryFile
from typing import TypeVar

import psycopg
from psycopg import pq
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from api.database.calls import (
    PATIENT,
    Answer,
    Call,
    Caller,
    Key,
    Waits,
    answer_of,
    replay_of,
    without,
)
from api.database.catalog import Catalog, Function, camel
from api.database.pipeline import (
    NothingRunError,
    Pooled,
    Row,
    Statement,
    StatementError,
    exchange,
    is_alive,
)
from api.problems import (
    RAISED_BY_OUR_FUNCTIONS,
    RETRIED,
    Problem,
    from_sqlstate,
    is_outage,
    returned,
)
from api.settings import Settings

log = logging.getLogger("ostinato.gateway")

WAITING_PER_CONNECTION = 25
RECONNECT_TIMEOUT_S = 3.0
CONNECT_TIMEOUT_S = 5
LONG_S = 60
FILE_IN_MEMORY = 1_000_000
"""Bytes of an answer in rows that stay in memory; the rest waits for its reader on the disk."""

T = TypeVar("T")

BEGIN = Statement(b"begin isolation level read committed")
BEGIN_READ_ONLY = Statement(b"begin isolation level read committed read only")
COMMIT = Statement(b"commit")
COMMIT_AND_GO_ON = Statement(b"commit and chain")
ROLLBACK = Statement(b"rollback")
ENTER = b"select auth.enter($1::bytea, $2::text, $3::text, $4::integer)"
LIMIT = (
    b"select pg_catalog.set_config('statement_timeout', $1::text, true),"
    b" pg_catalog.set_config('lock_timeout', $1::text, true),"
    b" pg_catalog.set_config('idle_in_transaction_session_timeout', $1::text, true),"
    b" pg_catalog.set_config('application_name', $2::text, true)"
)
MAY_EXECUTE = (
    b"select pg_catalog.has_function_privilege(p.oid, 'execute') from pg_catalog.pg_proc as p"
    b" where p.pronamespace = pg_catalog.to_regnamespace('api') and p.proname = $1::text"
)
CLAIM = b"select auth.claim_idempotency_key($1::text, $2::text, $3::text, $4::bytea)"
KEEP = b"select auth.keep_idempotent_answer($1::text, $2::text, $3::text, $4::integer, $5::text)"
RELEASE = b"select auth.release_idempotency_key($1::text, $2::text, $3::text)"
NOTE_WRITE = b"select auth.note_write($1::bytea)"
SEES = b"select exists (select from api.%b as r where r.id = $1::uuid)"


class Gateway:
    """The pool and the calls through it. `open` it inside the event loop, `close` it at the end.

    It counts its ``exchanges`` with the database and the seconds they took, the errors of
    PostgreSQL by SQLSTATE, and calls that were left without a connection, by reason.

    Where a standby is read from, each session's writes are noted for `api.database.reads`.
    """

    def __init__(self, settings: Settings, catalog: Catalog, waits: Waits | None = None) -> None:
        self._catalog = catalog
        self._waits = waits or PATIENT
        self._notes_writes = settings.replica_database_url is not None
        self._timeout_ms = settings.statement_timeout_ms
        self._long_ms = max(LONG_S * 1000, settings.statement_timeout_ms)
        self._most_asking = settings.pool_max * WAITING_PER_CONNECTION
        self._asking = 0
        self._holding = 0
        self._is_unreachable = False
        self.exchanges = 0
        self.exchange_seconds = 0.0
        self.sqlstates: Counter[str] = Counter()
        self.pool_errors: Counter[str] = Counter()
        self.pool: AsyncConnectionPool[Pooled] = AsyncConnectionPool(
            settings.database_url or "",
            min_size=min(2, settings.pool_max),
            max_size=settings.pool_max,
            timeout=self._waits.pool_s,
            reconnect_timeout=RECONNECT_TIMEOUT_S,
            open=False,
            name="ostinato",
            kwargs={
                "autocommit": True,
                "prepare_threshold": None,
                "connect_timeout": CONNECT_TIMEOUT_S,
                "application_name": "ostinato",
            },
        )

    async def open(self) -> None:
        await self.pool.open()

    async def close(self) -> None:
        await self.pool.close()

    @property
    def is_unreachable(self) -> bool:
        """Whether whoever asked last got no connection, and nobody has one."""
        return self._is_unreachable

    async def call(
        self, caller: Caller, call: Call, key: Key | None = None, *first: Statement
    ) -> Answer:
        """Make the call as the caller; ``first`` is what the gateway asks before it enters.

        Raises `Problem` for whatever was refused. A refusal that the function returns (rather
        than raises) is committed first. A function that returns rows of text answers a file: the
        connection is free again before the first byte is sent, however slowly it is read.
        """
        caller.long = call.long
        caller.reads = call.reads
        begin = BEGIN_READ_ONLY if call.reads else BEGIN
        enter = self._enter(caller)
        end = (COMMIT,) if call.reads else self._end_of_write(caller)

        async def straight(connection: Pooled) -> Answer | Problem:
            steps = (begin, *first, enter, call.statement, *end)
            results = await self._run(connection, caller, steps)
            return answer_of(call.status, results[len(first) + 2])

        async def filed(connection: Pooled) -> Answer | Problem:
            await self._run(connection, caller, (begin, *first, enter))
            file = SpooledTemporaryFile(FILE_IN_MEMORY)  # noqa: SIM115 - closed by its reader
            await self._run(connection, caller, (call.statement, COMMIT), file.write)
            return Answer(call.status, None, file=file)

        async def once(connection: Pooled) -> Answer | Problem:
            assert key is not None  # noqa: S101
            claim = Statement(CLAIM, (*key.values(), b"\\x" + key.body_hash.hex().encode()))
            claimed = (await self._run(connection, caller, (begin, enter, claim)))[2]
            kept = claimed.get_value(0, 0)
            if kept is not None:
                replay = replay_of(json.loads(kept))
                asked = self._may_see(call, replay)
                results = await self._run(connection, caller, (*asked, *end))
                if results[0].get_value(0, 0) != b"t":
                    return Problem("forbidden")
                if results[len(asked) - 1].get_value(0, 0) != b"t":
                    return Problem("not_found", "The first answer is not yours to see any more.")
                return replay
            results = await self._run(connection, caller, (call.statement,))
            answer = answer_of(call.status, results[0])
            if isinstance(answer, Problem):
                last = Statement(RELEASE, key.values())
            else:
                kept_body = without(answer.body, call.secrets)
                last = Statement(KEEP, (*key.values(), str(call.status).encode(), kept_body))
            await self._run(connection, caller, (last, *end))
            return answer

        in_rows = call.function.returns == "texts"
        work = filed if in_rows else straight if key is None else once
        answer = await self._transaction(caller, work)
        if isinstance(answer, Problem):
            raise answer
        return answer

    @staticmethod
    def _may_see(call: Call, answer: Answer) -> list[Statement]:
        """Ask whether the caller may still call the function, and sees what it made."""
        asked = [Statement(MAY_EXECUTE, (call.function.name.encode(),))]
        if call.resource is not None and answer.id is not None:
            view = f'"{call.resource}"'.encode()
            asked.append(Statement(SEES % view, (answer.id.encode(),)))
        return asked

    async def check(self, caller: Caller, function: Function | None = None) -> None:
        """Enter, and ask whether the caller's role may call the function; change nothing.

        Raises `Problem` ``unauthenticated`` or ``forbidden``.
        """
        steps = [BEGIN_READ_ONLY, self._enter(caller)]
        if function is not None:
            steps.append(Statement(MAY_EXECUTE, (function.name.encode(),)))

        async def work(connection: Pooled) -> bool:
            results = await self._run(connection, caller, (*steps, ROLLBACK))
            return function is None or results[2].get_value(0, 0) == b"t"

        if not await self._transaction(caller, work):
            raise Problem("forbidden")

    async def bare(
        self, caller: Caller, statement: Statement, *, read_only: bool = False
    ) -> Answer:
        """Run a statement as the gateway itself, in its own transaction.

        Raises `Problem`, also for one that the function returned.
        """
        limit = Statement(LIMIT, (self._limit(caller), caller.request_id.encode()))

        async def work(connection: Pooled) -> Answer | Problem:
            begin = BEGIN_READ_ONLY if read_only else BEGIN
            end = (COMMIT,) if read_only else self._end_of_write(caller)
            steps = (begin, limit, statement, *end)
            return answer_of(200, (await self._run(connection, caller, steps))[2])

        answer = await self._transaction(caller, work)
        if isinstance(answer, Problem):
            raise answer
        return answer

    async def ask(self, caller: Caller, statement: Statement) -> tuple[bytes | None, ...]:
        """The only row of a statement that the gateway runs by itself, in no more round trips and
        statements than that. Raises `Problem`."""

        async def work(connection: Pooled) -> tuple[bytes | None, ...]:
            (result,) = await self._run(connection, caller, (statement,))
            return tuple(result.get_value(0, column) for column in range(result.nfields))

        return await self._transaction(caller, work)

    def _end_of_write(self, caller: Caller) -> tuple[Statement, ...]:
        """Commit, and note it where that is read; a retry would be one of what is committed, which
        no error of the note calls for: at this isolation level it waits for its row, no more."""
        if caller.token_hash is None or not self._notes_writes:
            return (COMMIT,)
        return (COMMIT_AND_GO_ON, Statement(NOTE_WRITE, (caller.token(),)), COMMIT)

    def _limit_ms(self, caller: Caller) -> int:
        return caller.limit_ms or (self._long_ms if caller.long else self._timeout_ms)

    def _limit(self, caller: Caller) -> bytes:
        return str(self._limit_ms(caller)).encode()

    def _enter(self, caller: Caller) -> Statement:
        address = caller.client_address
        values = (
            caller.token(),
            caller.request_id.encode(),
            None if address is None else address.encode(),
            self._limit(caller),
        )
        return Statement(ENTER, values)

    async def _transaction(self, caller: Caller, work: Callable[[Pooled], Awaitable[T]]) -> T:
        for attempt in range(self._waits.retries + 1):
            try:
                async with self._connection(caller) as connection:
                    return await work(connection)
            except StatementError as error:
                if error.sqlstate not in RETRIED or attempt == self._waits.retries:
                    raise self._problem(error, caller) from error
            except NothingRunError as error:
                if attempt == self._waits.retries:
                    raise Problem("unavailable") from error
                continue
            await asyncio.sleep(random.uniform(0.2, 1.0) * 0.02 * 2**attempt)  # noqa: S311
        raise AssertionError("unreachable")

    @asynccontextmanager
    async def _connection(self, caller: Caller) -> AsyncIterator[Pooled]:
        """A connection that goes back clean, or closed."""
        started = time.perf_counter()
        try:
            connection = await self._ask(started + self._waits.pool_s)
        finally:
            caller.pool_ms += (time.perf_counter() - started) * 1000
        self._holding += 1
        try:
            yield connection
        except TimeoutError as error:
            self.pool_errors["silent"] += 1
            await connection.close()
            raise Problem("timeout") from error
        except NothingRunError:
            await connection.close()
            raise
        except psycopg.OperationalError as error:
            self.pool_errors["lost"] += 1
            await connection.close()
            log.warning(
                "connection lost during request %s: %s",
                caller.request_id,
                error,
                extra={"kind": "connection lost"},
            )
            raise Problem("unavailable") from error
        except BaseException:
            if connection.pgconn.transaction_status != pq.TransactionStatus.IDLE:
                await connection.close()
            raise
        finally:
            self._holding -= 1
            await self.pool.putconn(connection)

    async def _ask(self, deadline: float) -> Pooled:
        """A connection from the pool, or ``unavailable``.

        The pool keeps whoever asked in vain in its queue until a connection comes, and would
        count them as waiting. So those who ask are counted here; and while the database cannot be
        reached only one asks at a time, and the queue does not grow.
        """
        if self._asking >= (1 if self._is_unreachable else self._most_asking):
            self.pool_errors["unreachable" if self._is_unreachable else "full"] += 1
            raise Problem("unavailable")
        self._asking += 1
        try:
            connection = await self._take(deadline)
        except PoolTimeout as error:
            self.pool_errors["timeout"] += 1
            self._is_unreachable = self._holding == 0
            raise Problem("unavailable") from error
        finally:
            self._asking -= 1
        self._is_unreachable = False
        return connection

    async def _take(self, deadline: float) -> Pooled:
        """A living connection; dead ones are discarded at once (the pool's own check waits)."""
        while True:
            connection = await self.pool.getconn(timeout=deadline - time.perf_counter())
            if await is_alive(connection):
                return connection
            await connection.close()
            await self.pool.putconn(connection)

    async def _run(
        self,
        connection: Pooled,
        caller: Caller,
        statements: Sequence[Statement],
        row: Row | None = None,
    ) -> list[pq.abc.PGresult]:
        started = time.perf_counter()
        try:
            async with asyncio.timeout(self._limit_ms(caller) / 1000 + self._waits.grace_s):
                try:
                    return await exchange(connection.pgconn, statements, row)
                except StatementError as error:
                    self.sqlstates[error.sqlstate] += 1
                    await exchange(connection.pgconn, (ROLLBACK,))
                    raise
        finally:
            seconds = time.perf_counter() - started
            caller.db_ms += seconds * 1000
            self.exchanges += 1
            self.exchange_seconds += seconds

    def _problem(self, error: StatementError, caller: Caller) -> Problem:
        """What the client learns of an error; what it does not is logged."""
        problem = None
        if error.sqlstate == RAISED_BY_OUR_FUNCTIONS:
            problem = returned({"message": error.message, **json.loads(error.detail or "{}")})
        elif is_outage(error.sqlstate, error.message, error.context, caller.reads):
            log.error(
                "the database cannot serve: %s", error, extra={"kind": f"outage {error.sqlstate}"}
            )
            problem = Problem("unavailable")
        else:
            column = error.column
            if column is None and error.constraint is not None:
                column = self._catalog.columns_of.get((*error.table, error.constraint))
            member = None if column is None else camel(column)
            problem = from_sqlstate(error.sqlstate, error.constraint, member)
        if problem is None:
            log.error(
                "request %s failed: %s\n%s",
                caller.request_id,
                error,
                error.context,
                extra={"kind": f"failed {error.sqlstate} {error.context}"},
            )
            problem = Problem("internal_error")
        return problem
