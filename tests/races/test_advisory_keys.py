"""A login holds every advisory key that anything ever waited for: nothing waits for it any more."""

import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from api.database import migrations
from tests.conventions import matrix
from tests.support.asking import one
from tests.support.school import Callers, Conninfo, Database, School, open_session

pytestmark = pytest.mark.promise("races")

JOBS = "select name from jobs.schedule order by name"


@pytest.fixture
def held(db: Database, school: School, conninfo: Conninfo) -> Iterator[Any]:
    """A teacher's login that holds the keys."""
    names = ["ostinato.last_super_admin", "ostinato.demo"]
    for (job,) in db.execute(JOBS).fetchall():
        names += [f"ostinato.jobs.{job}", f"ostinato.jobs.run.{job}"]
    login = "tom_holds_on"
    try:
        db.execute("select auth.grant_sql('tom@school.test', %s)", (login,))
        with psycopg.connect(conninfo(login), autocommit=True) as connection:
            for name in names:
                connection.execute("select pg_advisory_lock(hashtext(%s))", (name,))
            connection.execute("select pg_advisory_lock(7246810131)")
            assert one(db, "select count(*) from pg_locks where locktype = 'advisory'") > 10
            yield connection
    finally:
        matrix.revoke_logins(db)


def test_jobs_super_admins_and_migrations_go_on(
    db: Database, school: School, call: Callers, conninfo: Conninfo, held: Any
) -> None:
    db.execute("set lock_timeout = '2s'")
    for (job,) in db.execute(JOBS).fetchall():
        assert one(db, "select (jobs.run(%s)).name", job) == job
    rex = one(
        db,
        "insert into school.users (name, role) values ('Rex', 'super_admin') returning id::text",
    )
    open_session(db, rex, "session-of-rex")
    started = time.monotonic()
    call("rex")("update_user", user_id=school["root"], status="disabled", present=["status"])
    migrations.migrate(conninfo(), lambda line: None)
    assert time.monotonic() - started < 60
    assert one(db, "select count(*) from pg_locks where locktype = 'advisory'") > 10
