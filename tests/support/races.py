"""The one way to race: everybody at once, or one seen waiting behind another."""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any, ParamSpec, TypeVar

import psycopg

from tests.support.school import Caller, Refusal
from tests.support.waiting import until

Given = ParamSpec("Given")
Outcome = TypeVar("Outcome")


def in_background(
    work: Callable[Given, Outcome], *arguments: Given.args, **members: Given.kwargs
) -> Future[Outcome]:
    """Call ``work`` in a thread of its own that nobody waits for at the end."""
    done: Future[Outcome] = Future()

    def run() -> None:
        try:
            done.set_result(work(*arguments, **members))
        except BaseException as error:  # noqa: BLE001 (who asks for the result is told)
            done.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return done


def at_once(*works: Callable[[], Outcome]) -> list[Outcome]:
    """Call all ``works`` at the same moment; return what they return, in their order."""
    gate = threading.Barrier(len(works))

    def arrive(work: Callable[[], Outcome]) -> Outcome:
        gate.wait(timeout=30)
        return work()

    return [done.result(timeout=60) for done in [in_background(arrive, work) for work in works]]


def calls_at_once(
    conninfo: Callable[..., str], calls: Iterable[tuple[str, str, dict[str, Any]]]
) -> list[Any]:
    """Let each (token, function, arguments) call on a connection of its own, all at once.

    Returns for each its answer, its Refusal or its psycopg.Error; nothing is tried again.
    """
    calls = list(calls)
    connections = [psycopg.connect(conninfo("school_gateway"), autocommit=True) for _ in calls]

    def attempt(
        gateway: psycopg.Connection[Any], token: str, function: str, arguments: dict[str, Any]
    ) -> Any:
        try:
            return Caller(gateway, token)(function, **arguments)
        except (Refusal, psycopg.Error) as error:
            return error

    try:
        return at_once(
            *(
                lambda gateway=gateway, call=call: attempt(gateway, *call)
                for gateway, call in zip(connections, calls, strict=True)
            )
        )
    finally:
        for connection in connections:
            connection.close()


def code(outcome: Any) -> str:
    """Return "ok" for an answer, else the code of the refusal or the SQLSTATE of the error."""
    if isinstance(outcome, Refusal):
        return outcome.code
    return str(outcome.sqlstate) if isinstance(outcome, psycopg.Error) else "ok"


def behind(
    db: psycopg.Connection[Any],
    holder: psycopg.Connection[Any],
    work: Callable[Given, Outcome],
    *arguments: Given.args,
    **members: Given.kwargs,
) -> Future[Outcome]:
    """Start ``work`` in the background; return once it waits for a lock that ``holder`` holds.

    Work that comes to its end without having waited fails the test.
    """
    done = in_background(work, *arguments, **members)
    waiters = "select count(*) from pg_stat_activity where %s = any (pg_blocking_pids(pid))"

    def waits() -> bool:
        if done.done():
            raise AssertionError(f"it did not wait: {done.exception() or done.result()}")
        return db.execute(waiters, (holder.info.backend_pid,)).fetchone() != (0,)

    until(waits, otherwise="it did not wait")
    return done
