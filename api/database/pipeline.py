"""Statements in libpq's pipeline mode: several in one network round trip, one result each.

psycopg's own pipeline wants a cursor for each statement: with it the four statements of a call took
1.3 to 1.7 times as long, and three times the processor time (one connection, loopback).
"""

import asyncio
import select
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import pq

ADMIN_SHUTDOWN = "57P01"

Pooled = psycopg.AsyncConnection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with ``$1`` parameters, and their values in PostgreSQL's text form."""

    sql: bytes
    values: Sequence[bytes | None] = ()


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


Row = Callable[[bytes], object]
"""What is done with the first column of a row."""


async def exchange(
    pgconn: pq.abc.PGconn, statements: Sequence[Statement], row: Row | None = None
) -> list[pq.abc.PGresult]:
    """Run the statements in one round trip; one result each.

    With ``row`` the rows of the first are handed over as they come, and its result has none.
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
    if row is not None:
        pgconn.set_single_row_mode()
    try:
        while pgconn.flush():
            await _ready(pgconn.socket, write=True)
            pgconn.consume_input()
        while not _collect(pgconn, results, row):
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


def _collect(pgconn: pq.abc.PGconn, results: list[pq.abc.PGresult], row: Row | None) -> bool:
    """Append the results that have arrived, hand over rows; true at the end of the pipeline."""
    while not pgconn.is_busy():
        result = pgconn.get_result()
        if result is not None:
            if result.status == pq.ExecStatus.PIPELINE_SYNC:
                return True
            if row is not None and result.status == pq.ExecStatus.SINGLE_TUPLE:
                row(result.get_value(0, 0) or b"")
            else:
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
