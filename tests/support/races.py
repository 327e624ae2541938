"""The one way to race: everybody at the same moment, or one after the other in a known order."""

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from typing import Any, ParamSpec, TypeVar

import psycopg

from tests.support.school import BUILT, Caller, Database, Refusal
from tests.support.waiting import until

Given = ParamSpec("Given")
Outcome = TypeVar("Outcome")
Call = tuple[str | None, str, dict[str, Any]]
"""Who calls, the function of schema api, its arguments."""


def in_background(
    work: Callable[Given, Outcome], *arguments: Given.args, **members: Given.kwargs
) -> Future[Outcome]:
    """Call ``work`` in a thread of its own; what is left of it at the end is not waited for."""
    done: Future[Outcome] = Future()

    def run() -> None:
        try:
            done.set_result(work(*arguments, **members))
        except BaseException as error:  # noqa: BLE001 - told to who asks for the result
            done.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return done


def at_once(*works: Callable[[], Outcome], seconds: float = 60) -> list[Outcome]:
    """Call all ``works`` at the same moment; return what they return, in their order."""
    gate = threading.Barrier(len(works))

    def arrive(work: Callable[[], Outcome]) -> Outcome:
        gate.wait(timeout=30)
        return work()

    return [done.result(seconds) for done in [in_background(arrive, work) for work in works]]


def waits(db: Database, waiter: Database) -> bool:
    """Return whether the connection ``waiter`` waits for a lock that somebody else has."""
    blocked = "select cardinality(pg_blocking_pids(%s)) > 0"
    return db.execute(blocked, (waiter.info.backend_pid,)).fetchone() == (True,)


def behind(
    db: Database,
    holder: Database,
    work: Callable[Given, Outcome],
    *arguments: Given.args,
    **members: Given.kwargs,
) -> Future[Outcome]:
    """Start ``work`` in the background; return once it waits for a lock that ``holder`` has."""
    done = in_background(work, *arguments, **members)
    waiters = "select count(*) from pg_stat_activity where %s = any (pg_blocking_pids(pid))"

    def is_waited_for() -> bool:
        _still_waits(done)
        return db.execute(waiters, (holder.info.backend_pid,)).fetchone() != (0,)

    until(is_waited_for, otherwise="it did not wait")
    return done


def _still_waits(done: Future[Any]) -> None:
    assert not done.done(), f"it did not wait: {done.exception() or done.result()}"


def outcome(connection: Database, call: Call) -> Any:
    """Return the answer of a call, or its Refusal, or its psycopg.Error; nothing is tried again."""
    person, function, arguments = call
    caller = Caller(connection, None if person is None else BUILT.token(person))
    try:
        return caller(function, **arguments)
    except (Refusal, psycopg.Error) as error:
        return error


def code(outcome: Any) -> str:
    """Return "ok" for an answer, else the code of the refusal or the SQLSTATE of the error."""
    if isinstance(outcome, Refusal):
        return outcome.code
    return str(outcome.sqlstate) if isinstance(outcome, psycopg.Error) else "ok"


def codes(outcomes: Iterable[Any]) -> list[str]:
    return [code(outcome) for outcome in outcomes]


def calls_at_once(conninfo: Callable[..., str], calls: Sequence[Call]) -> list[Any]:
    """Make all ``calls`` at the same moment, each on a connection of its own: their outcomes."""
    with ExitStack() as stack:
        connections = [_connect(stack, conninfo, autocommit=True) for _ in calls]
        return at_once(
            *(
                lambda connection=connection, call=call: outcome(connection, call)
                for connection, call in zip(connections, calls, strict=True)
            )
        )


def calls_in_order(db: Database, conninfo: Callable[..., str], calls: Sequence[Call]) -> list[Any]:
    """Make ``calls`` on connections of their own, none before it had to wait for the one before.

    The first has acted and is not committed; every other is seen waiting before the next begins;
    then the first commits, and the others follow in their order. Returns their outcomes.
    """
    with ExitStack() as stack:
        first = _connect(stack, conninfo, autocommit=False)
        first.execute("select")  # begins the transaction that the call is a part of
        acted = outcome(first, calls[0])
        others = []
        for call in calls[1:]:
            connection = _connect(stack, conninfo, autocommit=True)
            done = in_background(outcome, connection, call)

            def is_waiting(connection: Database = connection, done: Future[Any] = done) -> bool:
                _still_waits(done)
                return waits(db, connection)

            until(is_waiting, otherwise="it did not wait")
            others.append(done)
        first.commit()
        return [acted, *(done.result(30) for done in others)]


def _connect(stack: ExitStack, conninfo: Callable[..., str], *, autocommit: bool) -> Database:
    return stack.enter_context(psycopg.connect(conninfo("school_gateway"), autocommit=autocommit))
