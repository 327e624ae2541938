"""How long somebody who lost a right has it: not one request, and no statement that begins later.

The right is taken on one process of the API and asked for on another, without a pause; what counts
is the time from the answer that took it to the first denial. Connections of SQL logins are in the
middle of a statement.
"""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import psycopg
import pytest

from tests.conventions import matrix
from tests.support.effort import rounds
from tests.support.promises import Figure
from tests.support.races import in_background
from tests.support.school import Database, School, open_session
from tests.support.servers import client_of
from tests.support.waiting import until

pytestmark = pytest.mark.promise("revocation")


def log_out(admin: httpx.Client, me: httpx.Client, user: str) -> None:
    me.post("/v1/auth/logout").raise_for_status()


def log_out_everywhere(admin: httpx.Client, me: httpx.Client, user: str) -> None:
    me.post("/v1/auth/logout", params={"everywhere": True}).raise_for_status()


def disable(admin: httpx.Client, me: httpx.Client, user: str) -> None:
    admin.patch(f"/v1/users/{user}", json={"status": "disabled"}).raise_for_status()


def demote(admin: httpx.Client, me: httpx.Client, user: str) -> None:
    admin.patch(f"/v1/users/{user}", json={"role": "student"}).raise_for_status()


def delete(admin: httpx.Client, me: httpx.Client, user: str) -> None:
    admin.delete(f"/v1/users/{user}").raise_for_status()


@pytest.fixture
def urls(serve_processes: Callable[..., list[str]]) -> list[str]:
    return serve_processes(2)


def test_a_session_that_was_ended_on_one_process_is_over_on_the_other(
    db: Database, school: School, urls: list[str], figure: Figure
) -> None:
    for turn in range(rounds(1, 10)):
        for take in (log_out, log_out_everywhere, disable, demote, delete):
            name = f"{take.__name__}-{turn}"
            row = db.execute(
                "select school.add_user('Leaver', 'staff', %s, null)", (f"{name}@school.test",)
            ).fetchone()
            assert row is not None
            open_session(db, row[0], name)
            with (
                client_of(urls[0], school.token("root")) as admin,
                client_of(urls[0], name) as here,
                client_of(urls[1], name) as there,
            ):
                after = denial(there, lambda: take(admin, here, str(row[0])))  # noqa: B023
            figure.count("sessions ended")
            figure.peak("ms until HTTP denied", after)


def denial(there: httpx.Client, take: Callable[[], None]) -> float:
    """Ask without a pause while the right is taken; return the milliseconds until it is denied.

    Whoever began to ask after the right was taken must be denied.
    """
    asked: list[tuple[float, float, int]] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            began = time.perf_counter()
            status = there.get("/v1/leads").status_code
            asked.append((began, time.perf_counter(), status))

    asking = in_background(ask)
    until(lambda: len(asked) > 2)
    take()
    taken = time.perf_counter()
    count = len(asked)
    until(lambda: len(asked) > count + 3)
    stop.set()
    asking.result(30)
    assert asked[0][2] == 200
    late = {status for began, _, status in asked if began > taken}
    assert late == {401}, late
    first = next(ended for _, ended, status in asked if status == 401)
    return max(0.0, (first - taken) * 1000)


REVOKING: dict[str, tuple[str, str]] = {
    "revoke-sql": ("select auth.revoke_sql(%(login)s)", ""),
    "disabling": (
        "update school.users set status = 'disabled' where id = %(user)s",
        "update school.users set status = 'active' where id = %(user)s",
    ),
    "a new role": (
        "update school.users set role = 'teacher' where id = %(user)s",
        "update school.users set role = 'staff' where id = %(user)s",
    ),
    "deletion": (
        "update school.users set deleted_at = now() where id = %(user)s",
        "update school.users set deleted_at = null where id = %(user)s",
    ),
}


ASLEEP = "select from pg_stat_activity where usename = %s and wait_event = 'PgSleep'"


@pytest.fixture
def login(db: Database, school: School) -> Iterator[str]:
    name = matrix.login_of(db, "sue")
    try:
        yield name
    finally:
        matrix.revoke_logins(db)


@pytest.mark.parametrize("how", REVOKING)
def test_a_connection_ends_in_the_middle_of_its_statement(
    db: Database,
    school: School,
    conninfo: Callable[..., str],
    login: str,
    how: str,
    figure: Figure,
) -> None:
    take, back = REVOKING[how]
    names: dict[str, Any] = {"login": login, "user": school["sue"]}

    def sleep(connection: Database) -> float:
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select pg_catalog.pg_sleep(60)")
        return time.perf_counter()

    for _ in range(rounds(1, 5)):
        db.execute("select auth.grant_sql('sue@school.test', %s)", (login,))
        with psycopg.connect(conninfo(login), autocommit=True) as connection:
            sleeping = in_background(sleep, connection)
            until(lambda: db.execute(ASLEEP, (login,)).fetchone() is not None)
            db.execute(take.encode(), names)
            taken = time.perf_counter()
            ended = sleeping.result(30)
        figure.count("connections ended")
        figure.peak("ms until SQL ended", max(0.0, (ended - taken) * 1000))
        if back:
            db.execute(back.encode(), names)
            db.execute("select auth.revoke_sql(%s)", (login,))
