"""The one path of a call: a connection from the pool, one transaction, an answer or a refusal.

A call is ``begin``, ``auth.enter``, the function, ``commit`` in one network round trip. It speaks
libpq's pipeline mode itself: a cursor for each statement costs more than the statements do.
"""

import asyncio
import json
import logging
import random
import select
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

import psycopg
from psycopg import pq
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from api.database.catalog import Catalog, Function, WireType, camel
from api.http.routes import Route
from api.http.schemas import Input, input_of
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

POOL_TIMEOUT_S = 2.0
WAITING_PER_CONNECTION = 25
RECONNECT_TIMEOUT_S = 3.0
CONNECT_TIMEOUT_S = 5
GRACE_S = 5.0
LONG_S = 60
MAX_RETRIES = 3
ADMIN_SHUTDOWN = "57P01"

T = TypeVar("T")
Pooled = psycopg.AsyncConnection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with ``$1`` parameters, and their values in PostgreSQL's text form."""

    sql: bytes
    values: Sequence[bytes | None] = ()


BEGIN = Statement(b"begin isolation level read committed")
BEGIN_READ_ONLY = Statement(b"begin isolation level read committed read only")
COMMIT = Statement(b"commit")
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
SEES = b"select exists (select from api.%b as r where r.id = $1::uuid)"


class StatementError(Exception):
    """A statement failed: the fields of PostgreSQL's error."""

    def __init__(self, result: pq.abc.PGresult) -> None:
        fields = pq.DiagnosticField

        def read(name: pq.DiagnosticField) -> str | None:
            value = result.error_field(name)
            return None if value is None else value.decode("utf-8", "replace")

        self.sqlstate = read(fields.SQLSTATE) or "XX000"
        self.message = read(fields.MESSAGE_PRIMARY) or ""
        self.detail = read(fields.MESSAGE_DETAIL)
        self.column = read(fields.COLUMN_NAME)
        self.constraint = read(fields.CONSTRAINT_NAME)
        self.table = (read(fields.SCHEMA_NAME) or "", read(fields.TABLE_NAME) or "")
        self.context = read(fields.CONTEXT)
        super().__init__(f"{self.sqlstate} {self.message}")


class NothingRunError(psycopg.OperationalError):
    """The server ended the idle connection before it took the first statement."""


@dataclass(slots=True)
class Caller:
    """Who calls, and what the call has cost so far (milliseconds).

    ``token_hash`` is the SHA-256 of the bearer token, None for a caller without a session;
    ``long`` gives the call the time of a whole file, ``limit_ms`` a time of its own; ``reads``
    says that it is to write nothing.
    """

    token_hash: bytes | None
    request_id: str
    client_address: str | None
    pool_ms: float = 0.0
    db_ms: float = 0.0
    long: bool = False
    limit_ms: int | None = None
    reads: bool = False

    def token(self) -> bytes | None:
        """The token's hash in the text form of bytea."""
        return None if self.token_hash is None else b"\\x" + self.token_hash.hex().encode()


@dataclass(frozen=True, slots=True)
class Key:
    """An idempotency key with what it belongs to; ``body_hash`` is the body's SHA-256."""

    key: str
    method: str
    path: str
    body_hash: bytes

    def values(self) -> tuple[bytes, bytes, bytes]:
        return self.key.encode(), self.method.encode(), self.path.encode()


@dataclass(frozen=True, slots=True)
class Answer:
    """``body`` is what goes out; ``version`` and ``id`` are the resource's, where it has them."""

    status: int
    body: bytes | None
    version: str | None = None
    id: str | None = None
    replayed: bool = False


class Plan:
    """A route with its function: how its input is read and its statement written.

    ``select`` is the statement with ``{call}`` in place of the call; ``takes`` are the names of
    the function's parameters.
    """

    def __init__(self, route: Route, function: Function, given: Input, select: str) -> None:
        self.route = route
        self.function = function
        self.input = given
        self.begin = BEGIN_READ_ONLY if route.method == "GET" else BEGIN
        self.takes = frozenset(p.name for p in function.parameters)
        self.resource = function.view or route.resource
        self._select = select
        self._sql = lru_cache(maxsize=64)(self._sql_for)

    def statement(self, arguments: dict[str, bytes]) -> Statement:
        """The call with these arguments, by parameter name; the others take their defaults."""
        return Statement(self._sql(tuple(arguments)), tuple(arguments.values()))

    def _sql_for(self, names: tuple[str, ...]) -> bytes:
        types = {p.name: p.type.sql for p in self.function.parameters}
        passed = ", ".join(f"{name} => ${n}::{types[name]}" for n, name in enumerate(names, 1))
        return self._select.format(call=f"{self.function.sql}({passed})").encode()


def plan_of(route: Route, catalog: Catalog) -> Plan:
    """Raises LookupError, one line, when the database cannot serve the route."""
    where = f"{route.method} {route.path}"
    function = catalog.functions.get(route.function)
    if function is None:
        raise LookupError(f"{where}: there is no function api.{route.function}")
    if route.method == "GET" and function.volatility != "stable":
        raise LookupError(f"{where}: {function.signature} is not stable")
    shown = (*route.item_views, *([route.resource] if route.resource else ()))
    if lacking := [view for view in shown if view not in catalog.views]:
        raise LookupError(f"{where}: there is no view api.{lacking[0]}")
    for name in (p.name for p in function.parameters):
        if not name.startswith("p_") or not name.isidentifier() or not name.isascii():
            raise LookupError(f"{where}: {function.signature} has a parameter named {name!r}")
    if function.returns == "row":
        columns = {column.name for column in catalog.views.get(function.view or "", ())}
        version = "r.version" if "version" in columns else "null"
        key = "r.id" if "id" in columns else "null"
        select = f"select pg_catalog.row_to_json(r), {version}, {key} from {{call}} as r"  # noqa: S608
    elif function.returns == "json" and route.items is None:
        select = "select r, r ->> 'version', r ->> 'id' from {call} as r"
    elif function.returns in ("json", "text", "void"):
        select = "select {call}"
    else:
        raise LookupError(f"{where}: {function.signature} returns {function.returns}")
    try:
        given = input_of(route, function)
    except LookupError as error:
        raise LookupError(f"{where}: {error.args[0]}") from None
    return Plan(route, function, given, select)


def encode(value: object, kind: WireType) -> bytes:
    """A JSON value in PostgreSQL's text form of the type."""
    return _text(value, kind).encode()


def _text(value: object, kind: WireType) -> str:
    if kind.array and isinstance(value, list):
        element = WireType(kind.sql, kind.base, kind.schema)
        return "{" + ",".join(_element(item, element) for item in value) + "}"
    if kind.base in ("json", "jsonb"):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and kind.base.startswith("int"):
        return str(int(value))
    return str(value)


def _element(value: object, kind: WireType) -> str:
    if value is None:
        return "null"
    return '"' + _text(value, kind).replace("\\", "\\\\").replace('"', '\\"') + '"'


class Gateway:
    """The pool and the calls through it. `open` it inside the event loop, `close` it at the end."""

    def __init__(self, settings: Settings, catalog: Catalog) -> None:
        self._catalog = catalog
        self._timeout_ms = settings.statement_timeout_ms
        self._long_ms = max(LONG_S * 1000, settings.statement_timeout_ms)
        self._most_asking = settings.pool_max * WAITING_PER_CONNECTION
        self._asking = 0
        self._holding = 0
        self._is_unreachable = False
        self.pool: AsyncConnectionPool[Pooled] = AsyncConnectionPool(
            settings.database_url or "",
            min_size=min(2, settings.pool_max),
            max_size=settings.pool_max,
            timeout=POOL_TIMEOUT_S,
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

    async def call(
        self, caller: Caller, plan: Plan, arguments: dict[str, bytes], key: Key | None = None
    ) -> Answer:
        """Call the plan's function as the caller.

        Raises `Problem` for whatever was refused. A refusal that the function returns (rather
        than raises) is committed first.
        """
        caller.long = plan.route.long
        caller.reads = plan.begin is BEGIN_READ_ONLY
        call = plan.statement(arguments)
        enter = self._enter(caller)
        status = plan.route.status

        async def straight(connection: Pooled) -> Answer | Problem:
            steps = (plan.begin, enter, call, COMMIT)
            return _answer(status, (await self._run(connection, caller, steps))[2])

        async def once(connection: Pooled) -> Answer | Problem:
            assert key is not None  # noqa: S101
            claim = Statement(CLAIM, (*key.values(), b"\\x" + key.body_hash.hex().encode()))
            claimed = (await self._run(connection, caller, (plan.begin, enter, claim)))[2]
            kept = claimed.get_value(0, 0)
            if kept is not None:
                replay = _replay(json.loads(kept))
                steps = (*self._may_see(plan, replay), COMMIT)
                results = await self._run(connection, caller, steps)
                if results[0].get_value(0, 0) != b"t":
                    return Problem("forbidden")
                if results[-2].get_value(0, 0) != b"t":
                    return Problem("not_found", "The first answer is not yours to see any more.")
                return replay
            answer = _answer(status, (await self._run(connection, caller, (call,)))[0])
            if isinstance(answer, Problem):
                last = Statement(RELEASE, key.values())
            else:
                kept_body = _without(answer.body, plan.route.secrets)
                last = Statement(KEEP, (*key.values(), str(status).encode(), kept_body))
            await self._run(connection, caller, (last, COMMIT))
            return answer

        answer = await self._transaction(caller, straight if key is None else once)
        if isinstance(answer, Problem):
            raise answer
        return answer

    @staticmethod
    def _may_see(plan: Plan, answer: Answer) -> list[Statement]:
        """Ask whether the caller may still call the function, and sees what it made."""
        asked = [Statement(MAY_EXECUTE, (plan.function.name.encode(),))]
        if plan.resource is not None and answer.id is not None:
            view = f'"{plan.resource}"'.encode()
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
            steps = (begin, limit, statement, COMMIT)
            return _answer(200, (await self._run(connection, caller, steps))[2])

        answer = await self._transaction(caller, work)
        if isinstance(answer, Problem):
            raise answer
        return answer

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
        for attempt in range(MAX_RETRIES + 1):
            try:
                async with self._connection(caller) as connection:
                    return await work(connection)
            except StatementError as error:
                if error.sqlstate not in RETRIED or attempt == MAX_RETRIES:
                    raise self._problem(error, caller) from error
            except NothingRunError as error:
                if attempt == MAX_RETRIES:
                    raise Problem("unavailable") from error
                continue
            await asyncio.sleep(random.uniform(0.2, 1.0) * 0.02 * 2**attempt)  # noqa: S311
        raise AssertionError("unreachable")

    @asynccontextmanager
    async def _connection(self, caller: Caller) -> AsyncIterator[Pooled]:
        """A connection that goes back clean, or closed."""
        started = time.perf_counter()
        try:
            connection = await self._ask(started + POOL_TIMEOUT_S)
        finally:
            caller.pool_ms += (time.perf_counter() - started) * 1000
        self._holding += 1
        try:
            yield connection
        except TimeoutError as error:
            await connection.close()
            raise Problem("timeout") from error
        except NothingRunError:
            await connection.close()
            raise
        except psycopg.OperationalError as error:
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
            raise Problem("unavailable")
        self._asking += 1
        try:
            connection = await self._take(deadline)
        except PoolTimeout as error:
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
        self, connection: Pooled, caller: Caller, statements: Sequence[Statement]
    ) -> list[pq.abc.PGresult]:
        started = time.perf_counter()
        try:
            async with asyncio.timeout(self._limit_ms(caller) / 1000 + GRACE_S):
                try:
                    return await exchange(connection.pgconn, statements)
                except StatementError:
                    await exchange(connection.pgconn, (ROLLBACK,))
                    raise
        finally:
            caller.db_ms += (time.perf_counter() - started) * 1000

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


def _answer(status: int, result: pq.abc.PGresult) -> Answer | Problem:
    body = result.get_value(0, 0)
    if body is not None and body.startswith(b'{"problem"'):
        document = json.loads(body)
        if len(document) == 1:
            return returned(document["problem"]) or Problem("internal_error")
    if status == 204:
        return Answer(status, None)
    if result.nfields == 1:
        return Answer(status, body)
    version, key = result.get_value(0, 1), result.get_value(0, 2)
    return Answer(
        status,
        body,
        None if version is None else version.decode(),
        None if key is None else key.decode(),
    )


def _without(body: bytes | None, secrets: Sequence[str]) -> bytes | None:
    """The answer with null for its secrets, given as dotted members."""
    if body is None or not secrets:
        return body
    document = json.loads(body)
    for secret in secrets:
        *way, last = secret.split(".")
        place = document
        for member in way:
            place = place and place.get(member)
        if place:
            place[last] = None
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _replay(kept: dict[str, Any]) -> Answer:
    body: str = kept["body"]
    document = json.loads(body)
    version, key = document.get("version"), document.get("id")
    return Answer(
        kept["status"],
        body.encode(),
        None if version is None else str(version),
        None if key is None else str(key),
        replayed=True,
    )


async def is_alive(connection: Pooled) -> bool:
    """Whether an idle connection can be used.

    It has nothing to say, so only one whose socket can be read (a farewell, most often) is asked.
    """
    poll = select.poll()
    poll.register(connection.pgconn.socket, select.POLLIN)
    if not poll.poll(0):
        return True
    try:
        await connection.execute("")
    except psycopg.OperationalError:
        return False
    return True


async def exchange(pgconn: pq.abc.PGconn, statements: Sequence[Statement]) -> list[pq.abc.PGresult]:
    """Run the statements in one round trip; one result each.

    Raises `StatementError` for the first that fails (the following are not run, and the
    transaction is left failed), psycopg.OperationalError when the connection is lost. If it is
    cancelled, the connection is in the middle of things and must be closed.
    """
    results: list[pq.abc.PGresult] = []
    was_idle = pgconn.transaction_status == pq.TransactionStatus.IDLE
    pgconn.enter_pipeline_mode()
    for statement in statements:
        pgconn.send_query_params(statement.sql, statement.values)
    pgconn.pipeline_sync()
    try:
        while pgconn.flush():
            await _ready(pgconn.socket, write=True)
            pgconn.consume_input()
        while not _collect(pgconn, results):
            await _ready(pgconn.socket)
            pgconn.consume_input()
    except psycopg.OperationalError as error:
        lost_first = was_idle and len(results) == 1
        if lost_first and StatementError(results[0]).sqlstate == ADMIN_SHUTDOWN:
            raise NothingRunError(*error.args) from error
        raise
    pgconn.exit_pipeline_mode()
    for result in results:
        if result.status == pq.ExecStatus.FATAL_ERROR:
            raise StatementError(result)
    return results


def _collect(pgconn: pq.abc.PGconn, results: list[pq.abc.PGresult]) -> bool:
    """Append the results that have arrived; true at the end of the pipeline."""
    while not pgconn.is_busy():
        result = pgconn.get_result()
        if result is not None:
            if result.status == pq.ExecStatus.PIPELINE_SYNC:
                return True
            results.append(result)
        elif pgconn.status == pq.ConnStatus.BAD:
            raise psycopg.OperationalError("the connection is lost")
    return False


async def _ready(socket: int, *, write: bool = False) -> None:
    """Wait until the socket can be read (or, with ``write``, read or written)."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()

    def wake() -> None:
        if not ready.done():
            ready.set_result(None)

    loop.add_reader(socket, wake)
    if write:
        loop.add_writer(socket, wake)
    try:
        await ready
    finally:
        loop.remove_reader(socket)
        if write:
            loop.remove_writer(socket)
