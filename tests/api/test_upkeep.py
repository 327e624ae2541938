"""Upkeep from the console: status names what was changed, migrate heals it, psql tidies up."""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg
import pytest

from api.database.embedded import EmbeddedServer
from tests.support.console import Done, console, console_process
from tests.support.waiting import until

Db = psycopg.Connection[Any]
LOGINS = "select rolname from pg_catalog.pg_roles where rolname like 'ostinato\\_psql\\_%%'"


@pytest.fixture
def environment(conninfo: Callable[..., str]) -> dict[str, str]:
    return {"DATABASE_URL": conninfo("school_gateway"), "OWNER_DATABASE_URL": conninfo()}


def run(environment: dict[str, str], *arguments: str) -> Done:
    return console(*arguments, **environment)


def test_status_names_what_was_changed_by_hand_and_migrate_heals_it(
    environment: dict[str, str], db: Db
) -> None:
    # The template's clock is stopped, and a copy lacks the rights on the database.
    done = run(environment, "status")
    assert done.returncode == 1
    assert "changed by hand: function: school.clock() is changed" in done.stdout
    done = run(environment, "migrate")
    assert done.returncode == 0
    assert "healed: function: school.clock() was changed" in done.stderr
    done = run(environment, "status")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "up to date")
    db.execute("alter table school.leads disable row level security")
    db.execute("drop index school.leads_by_owner")
    done = run(environment, "status")
    assert done.returncode == 1
    assert done.stdout.splitlines()[-2:] == [
        "changed by hand: index: school.leads_by_owner is missing",
        "changed by hand: row security: school.leads is changed",
    ]
    done = run(environment, "migrate")
    assert "healed: row security: school.leads was changed" in done.stderr
    assert "not healed: index: school.leads_by_owner is missing" in done.stderr
    done = run(environment, "status")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (
        1,
        "changed by hand: index: school.leads_by_owner is missing",
    )


def test_status_warns_of_a_login_that_goes_past_row_security(
    environment: dict[str, str], db: Db
) -> None:
    run(environment, "grant-sql", "--email", "sam@school.test", "--login", "zz_past")
    try:
        assert "zz_past" not in run(environment, "status").stdout
        db.execute("alter role zz_past bypassrls")
        assert "warning: the login zz_past goes past row sec" in run(environment, "status").stdout
    finally:
        run(environment, "revoke-sql", "--login", "zz_past")


def psql_as_sam(environment: dict[str, str], db: Db) -> subprocess.Popen[str]:
    """A psql as a person, in the middle of a statement."""
    sleep = ("--", "--no-psqlrc", "--command", "select pg_sleep(60)")
    process = console_process(
        "psql", "--as", "sam@school.test", *sleep, stdout=subprocess.DEVNULL, **environment
    )
    at_work = (
        "select 1 from pg_catalog.pg_stat_activity"
        " where usename like 'ostinato\\_psql\\_%%' and query ~ 'pg_sleep'"
    )
    until(lambda: db.execute(at_work).fetchone())
    return process


def test_the_login_of_a_psql_that_was_killed_is_gone_at_the_next_command(
    environment: dict[str, str], db: Db
) -> None:
    with psql_as_sam(environment, db) as process:
        row = db.execute(
            "select rolvaliduntil < now() + interval '13 hours' from pg_catalog.pg_roles"
            " where rolname like 'ostinato\\_psql\\_%%'"
        ).fetchone()
        assert row == (True,)
        run(environment, "status")
        assert len(db.execute(LOGINS).fetchall()) == 1, "it is in use"
        (child,) = psutil.Process(process.pid).children()
        process.kill()
    child.kill()
    db.execute(
        "select pg_terminate_backend(pid) from pg_catalog.pg_stat_activity"
        " where usename like 'ostinato\\_psql\\_%%'"
    )
    assert len(db.execute(LOGINS).fetchall()) == 1
    until(
        lambda: (
            db.execute(
                "select 1 from pg_catalog.pg_stat_activity"
                " where usename like 'ostinato\\_psql\\_%%'"
                " or application_name like 'ostinato\\_psql\\_%%'"
            ).fetchone()
            is None
        )
    )
    done = run(environment, "status")
    assert "1 logins of psql --as that was killed are gone" in done.stderr
    assert db.execute(LOGINS).fetchall() == []
    assert db.execute("select 1 from auth.direct_logins where login ~ 'psql'").fetchone() is None


def test_a_closed_terminal_ends_the_login(environment: dict[str, str], db: Db) -> None:
    with psql_as_sam(environment, db) as process:
        process.send_signal(signal.SIGHUP)
        process.wait(timeout=30)
        assert db.execute(LOGINS).fetchall() == []


def test_psql_is_the_one_on_the_path_for_a_server_elsewhere_and_the_wheels_for_its_own(
    environment: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    other = folder / "psql"
    other.write_text("#!/bin/sh\necho the one on the path\n")
    other.chmod(0o755)
    path = f"{folder}:{os.environ['PATH']}"
    done = run({**environment, "PATH": path}, "psql", "--", "--version")
    assert done.stdout == "the one on the path\n"
    EmbeddedServer(tmp_path / "data", durable=False).close()
    own = {"PATH": path, "DATA_DIR": str(tmp_path / "data")}
    done = run(own, "psql", "--", "--no-psqlrc", "--tuples-only", "--command", "select 6 * 7")
    assert done.stdout.strip() == "42"
    nowhere = {**environment, "PATH": str(tmp_path)}
    assert shutil.which("psql", path=str(tmp_path)) is None
    assert "psql (PostgreSQL)" in run(nowhere, "psql", "--", "--version").stdout


def test_a_server_starts_on_another_code_layer_and_is_ready(
    serve_processes: Callable[..., list[str]], db: Db
) -> None:
    db.execute("update auth.code_layer set checksum = 'other'")
    (url,) = serve_processes(1)
    assert httpx.get(f"{url}/readyz").json() == {"status": "ready"}
