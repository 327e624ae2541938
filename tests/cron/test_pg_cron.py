"""sql/cron: the schedule in the hands of a real pg_cron, on a server that has it."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from pytest_postgresql.janitor import DatabaseJanitor

from api.database import embedded
from api.database.checkout import SQL
from tests.support.asking import one
from tests.support.console import PROJECT
from tests.support.school import BUILT, Database
from tests.support.servers import Cluster
from tests.support.waiting import until

COMMAND = "select jobs.run(s.name) from jobs.schedule as s where s.name = '{}' and s.is_enabled"
JOBS = (
    "select jobname, schedule, command, database, username, active from cron.job"
    " where jobname like 'ostinato %%' order by jobname"
)


def psql(conninfo: str, script: str, *arguments: str, status: int = 0) -> Any:
    """Run a script of sql/cron as a DBA does; return what it printed."""
    own = embedded.BIN / "psql"
    program = shutil.which("psql") or str(own)
    given = {k: str(v) for k, v in conninfo_to_dict(conninfo).items()}
    done = subprocess.run(
        [program, "--no-psqlrc", *arguments, "--file", str(SQL / "cron" / script)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        env={
            **os.environ,
            "PGHOST": given["host"],
            "PGPORT": given["port"],
            "PGUSER": given["user"],
            "PGDATABASE": given["dbname"],
        },
    )
    assert done.returncode == status, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def database(template: Any, cluster: Cluster) -> Iterator[Any]:
    """Give the connection string of the one database that pg_cron's scheduler is bound to.

    The scheduler ends for good when its database is dropped, so there is one for all tests.
    """
    named: dict[str, Any] = {"user": cluster.user, "host": cluster.host, "port": cluster.port}
    janitor = DatabaseJanitor(
        **named,
        password=cluster.password,
        dbname="ostinato_cron",
        template_dbname=template.template_dbname,
    )
    janitor.drop()
    with janitor:
        conninfo = make_conninfo(**named, dbname="ostinato_cron")
        with psycopg.connect(conninfo, autocommit=True) as db:
            db.execute("revoke temporary on database ostinato_cron from public")
            db.execute("create extension pg_cron")
        yield conninfo


@pytest.fixture
def cron(database: str) -> Iterator[Any]:
    """Give a superuser's connection to it; what a test schedules is taken away afterwards."""
    with psycopg.connect(database, autocommit=True) as db:
        schedule = db.execute("select name, cron, description from jobs.schedule").fetchall()
        yield db
        db.execute("select cron.unschedule(jobid) from cron.job")
        db.execute("alter role school_jobs nologin")
        for row in schedule:
            db.execute(
                "insert into jobs.schedule (name, cron, description) values (%s, %s, %s)"
                " on conflict (name) do update set cron = excluded.cron, is_enabled = true",
                row,
            )


def test_the_script_run_twice_schedules_each_job_once_as_the_jobs_role(
    cron: Database, database: str
) -> None:
    for _ in range(2):
        psql(database, "schedule.sql", "--set", f"cron={cron.info.dbname}")
    rows = cron.execute(JOBS).fetchall()
    wanted = cron.execute(
        "select name, cron, is_enabled from jobs.schedule order by name"
    ).fetchall()
    assert len(rows) >= 5
    assert rows == [
        (f"ostinato {name}", times, COMMAND.format(name), cron.info.dbname, "school_jobs", is_on)
        for name, times, is_on in wanted
    ]


def test_the_script_needs_no_name_of_a_database_and_follows_the_schedule(
    cron: Database, database: str
) -> None:
    psql(database, "schedule.sql")
    cron.execute(
        "update jobs.schedule set is_enabled = false, cron = '7 3 * * *' where name = 'purge'"
    )
    psql(database, "schedule.sql")
    rows = cron.execute(JOBS).fetchall()
    assert {row[3] for row in rows} == {cron.info.dbname}
    assert [(row[1], row[5]) for row in rows if not row[5]] == [("7 3 * * *", False)]
    cron.execute("update jobs.schedule set is_enabled = true where name = 'purge'")
    cron.execute("delete from jobs.schedule where name = 'expire_reschedule_requests'")
    psql(database, "schedule.sql")
    rows = cron.execute(JOBS).fetchall()
    assert all(row[0] != "ostinato expire_reschedule_requests" for row in rows)
    assert all(row[5] for row in rows)


def test_unscheduling_removes_our_jobs_and_nobody_elses_and_the_login(
    cron: Database, database: str
) -> None:
    cron.execute("select cron.schedule('somebody else''s', '0 0 1 1 *', 'select 1')")
    psql(database, "schedule.sql")
    assert cron.execute(
        "select rolcanlogin from pg_roles where rolname = 'school_jobs'"
    ).fetchone() == (True,)
    for _ in range(2):
        psql(database, "unschedule.sql")
    assert cron.execute(JOBS).fetchall() == []
    assert cron.execute("select jobname from cron.job").fetchall() == [("somebody else's",)]
    assert cron.execute(
        "select rolcanlogin from pg_roles where rolname = 'school_jobs'"
    ).fetchone() == (False,)


def test_a_job_really_fires_and_tells_and_is_kept_as_a_run_also_when_it_fails(
    cron: Database, database: str
) -> None:
    source = one(cron, "select pg_get_functiondef('jobs.expire_offers(date)'::regprocedure)")
    cron.execute(
        "create or replace function jobs.expire_offers(p_on date default school.today())"
        " returns integer language plpgsql volatile security definer set search_path = ''"
        " as $$ begin raise exception 'out of order'; end; $$"
    )
    psql(database, "schedule.sql")
    cron.execute("select cron.alter_job(jobid, active := false) from cron.job")
    cron.execute(
        "select cron.alter_job(jobid, schedule := '* * * * *', active := true)"
        " from cron.job where jobname in ('ostinato follow_ups_due', 'ostinato expire_offers')"
    )
    until(
        lambda: (
            one(
                cron,
                "select count(distinct jobid) from cron.job_run_details where status = 'succeeded'",
            )
            == 2
        ),
        seconds=100,
        otherwise="pg_cron did not fire, which it does at each full minute",
    )
    cron.execute("select cron.alter_job(jobid, active := false) from cron.job")
    details = cron.execute(
        "select distinct command, database, username, status from cron.job_run_details"
        " where status <> 'running'"
    ).fetchall()
    assert sorted(details) == [
        (COMMAND.format(job), cron.info.dbname, "school_jobs", "succeeded")
        for job in ("expire_offers", "follow_ups_due")
    ]
    cron.execute(source)
    runs = (
        "select run_on::text, session_login, finished_at is not null, rows_made, error"
        " from jobs.runs where name = %s order by started_at"
    )
    first, *others = cron.execute(runs, ("follow_ups_due",)).fetchall()
    assert first == ("2027-03-01", "school_jobs", True, 2, None)
    assert {run[3] for run in others} <= {0}
    failed = cron.execute(runs, ("expire_offers",)).fetchall()
    error = "P0001 in jobs.expire_offers(date) line 1"
    assert set(failed) == {("2027-03-01", "school_jobs", True, None, error)}
    told = cron.execute(
        "select entity_id::text, count(*) from school.notification_events"
        " where type = 'follow_up.due' group by 1"
    ).fetchall()
    assert sorted(told) == sorted([(BUILT["fresh"], 1), (BUILT["unowned"], 1)])


def test_the_jobs_role_can_run_jobs_and_do_nothing_else(cron: Database, database: str) -> None:
    psql(database, "schedule.sql")
    refused = []
    with psycopg.connect(make_conninfo(database, user="school_jobs"), autocommit=True) as jobs:
        assert jobs.execute("select (jobs.run('purge')).rows_made").fetchone() == (0,)
        assert len(jobs.execute("select from jobs.schedule").fetchall()) >= 5
        tables = cron.execute(
            "select format('%I.%I', n.nspname, c.relname) from pg_class as c"
            " join pg_namespace as n on n.oid = c.relnamespace"
            " where n.nspname in ('school', 'auth', 'jobs', 'api', 'analytics')"
            " and c.relkind in ('r', 'p', 'v')"
        ).fetchall()
        for (table,) in tables:
            statements = [f"delete from {table}", f"insert into {table} default values"]
            if table not in ("jobs.schedule", "jobs.runs", "jobs.retention"):
                statements.append(f"select from {table}")
            for statement in statements:
                with pytest.raises(psycopg.Error) as refusal:
                    jobs.execute(statement)
                refused.append((statement, refusal.value.sqlstate))
        for statement in (
            "update jobs.schedule set is_enabled = false",
            "update jobs.runs set rows_made = 7",
            "select cron.schedule('more', '* * * * *', 'select 1') from pg_sleep(0)",
            "select auth.enter(null, null, null, 1000)",
            "select jobs.hold_lease(gen_random_uuid(), 10)",
            "select jobs.lead(gen_random_uuid(), 10)",
            "select jobs.run_once('purge', '2027-03-01')",
            "select jobs.complete_admissions('2027-03-01')",
            "select api.get_me()",
            "create table public.own (n integer)",
            "create temporary table own (n integer)",
            "set role school_owner",
            "set role school_admin",
            "copy jobs.runs to program 'true'",
        ):
            with pytest.raises(psycopg.Error) as refusal:
                jobs.execute(statement)
            refused.append((statement, refusal.value.sqlstate))
    assert [pair for pair in refused if pair[1] not in ("42501", "55000")] == []
