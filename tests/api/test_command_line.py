"""The command line: it helps, it tells the state, and a wrong value is one line and status 2."""

import difflib
import json
import re
from collections.abc import Callable
from typing import Any

import psycopg

from tests.support.console import Done, console
from tests.support.school import Database, School

COMMANDS = (
    "serve",
    "migrate",
    "rollback",
    "status",
    "dump-schema",
    "create-user",
    "demo",
    "psql",
    "why",
    "defuse",
    "grant-sql",
    "revoke-sql",
    "openapi",
    "import-leads",
    "jobs",
    "jobs run",
)


def test_every_command_helps(run: Callable[..., Done]) -> None:
    whole = console("--help")
    assert whole.returncode == 0
    for command in COMMANDS:
        assert command.partition(" ")[0] in whole.stdout
        done = run(*command.split(), "--help")
        assert (done.returncode, done.stderr) == (0, ""), command
        assert done.stdout.startswith("usage: "), command


def test_a_wrong_value_is_one_line_and_status_2(
    run: Callable[..., Done], conninfo: Callable[..., str]
) -> None:
    database = {
        "DATABASE_URL": conninfo("school_gateway"),
        "OWNER_DATABASE_URL": conninfo(),
    }
    wrong: list[tuple[list[str], dict[str, str]]] = [
        ([], {}),
        (["nothing"], {}),
        (["rollback"], {}),
        (["rollback", "--to", "-1"], {}),
        (["rollback", "--to", "1", "--all"], {}),
        (["rollback", "--code", "/nowhere", "--yes"], {}),
        (["migrate", "--lock-timeout", "0"], {}),
        (["migrate", "--patience", "soon"], {}),
        (["create-user", "--email", "a@b.cc", "--name", "A", "--role", "boss"], {}),
        (["create-user", "--email", "nonsense", "--name", "A", "--role", "admin"], database),
        (
            [
                "create-user",
                "--email",
                "x@y.zz",
                "--name",
                "A",
                "--role",
                "admin",
                "--password",
                "short",
            ],
            database,
        ),
        (["create-user", "--email", "ada@school.test", "--name", "A", "--role", "admin"], database),
        (["jobs", "run", "x", "--on", "2027-02-29"], {}),
        (["jobs", "run", "no_such_job"], database),
        (["jobs", "run", "complete_admissions", "--on", "2200-01-01"], database),
        (["status"], {"PORT": "http"}),
        (["status"], {"POOL_MAX": "0"}),
        (["status"], {"TRUSTED_PROXIES": "10.0.0.1/8"}),
        (["status"], {"SCHOOL_TIMEZONE": "Mars/Olympus"}),
        (["status"], {"LOG_LEVEL": "loud"}),
        (["status"], {"LOG_FORMAT": "xml"}),
        (["status"], {"SCHEDULER": "sometimes"}),
        (["status"], {"DATABASE_URL": "nonsense"}),
        (["status"], {"DATABASE_URL": conninfo("school_gateway")}),
        (["status"], {"OWNER_DATABASE_URL": "host=/nowhere dbname=x user=y"}),
        (["serve"], {"DATABASE_URL": conninfo(), "PORT": "0"}),
        (["serve"], {"DATABASE_URL": "host=/nowhere user=y", "PORT": "0"}),
        (["serve"], {"HOST": "203.0.113.1", "PORT": "0"}),
        (["psql", "--as", "nobody@x.test"], database),
        (["grant-sql", "--email", "nobody@x.test", "--login", "l"], database),
        (["revoke-sql", "--login", "no_such_login"], database),
        (["import-leads", "/no/such/file.csv"], database),
    ]
    for arguments, environment in wrong:
        done = run(*arguments, **environment)
        said = done.stderr.strip().splitlines()
        assert done.returncode == 2, (arguments, environment, done)
        assert len(said) == 1, (arguments, done.stderr)
        assert "Traceback" not in said[0]


def test_status_tells_what_the_database_runs(
    run: Callable[..., Done],
    conninfo: Callable[..., str],
    db: psycopg.Connection[Any],
    empty_conninfo: str,
) -> None:
    database = {"DATABASE_URL": conninfo("school_gateway"), "OWNER_DATABASE_URL": conninfo()}
    assert run("migrate", **database).returncode == 0
    done = run("status", **database)
    assert (done.returncode, done.stderr) == (0, "")
    assert "up to date" in done.stdout
    assert "applied      0001" in done.stdout
    db.execute("update auth.code_layer set checksum = 'other'")
    done = run("status", **database)
    assert done.returncode == 1
    assert "pending: the code layer differs" in done.stdout
    db.execute("delete from auth.migration_checksums where migration_id ~ '^0002'")
    done = run("serve", **database, PORT="0")
    assert done.returncode == 2
    assert "migrations are pending" in done.stderr
    done = run("status", OWNER_DATABASE_URL=empty_conninfo)
    assert done.returncode == 1
    assert "pending      0001" in done.stdout


def test_status_tells_machines_and_the_history(
    run: Callable[..., Done], conninfo: Callable[..., str], db: psycopg.Connection[Any]
) -> None:
    database = {"OWNER_DATABASE_URL": conninfo()}
    assert run("migrate", **database).returncode == 0
    assert run("migrate", "--plan", **database).stdout == "nothing to do\n"
    found = json.loads(run("status", "--json", **database).stdout)
    assert found["upToDate"] is True
    assert {found["migrations"][0]["state"], found["history"][0]["operation"]} <= {
        "applied",
        "apply",
        "mark",
    }
    assert found["history"][0]["migration"] == found["migrations"][0]["id"]
    db.execute("create index by_hand on school.leads (area)")
    db.execute("update _yoyo_log set comment = '0.250 s' where migration_id ~ '^0034'")
    done = run("status", "--json", **database)
    found = json.loads(done.stdout)
    assert (done.returncode, found["upToDate"], found["pending"]) == (1, False, [])
    assert found["drift"] == [{"kind": "index", "name": "school.by_hand", "how": "added"}]
    assert [entry["seconds"] for entry in found["history"]][33] == 0.25
    lines = run("status", "--history", **database).stdout
    assert re.search(r"^20\d\d-\d\d-\d\d \S+  \w+ +0034\.tickets in 0\.250 s, \S+ at ", lines, re.M)
    plan = run("migrate", "--plan", **database).stdout
    assert "not to be healed: index: school.by_hand is added" in plan


def test_the_schema_is_dumped_for_a_diff(
    run: Callable[..., Done], conninfo: Callable[..., str], db: psycopg.Connection[Any]
) -> None:
    database = {"OWNER_DATABASE_URL": conninfo()}
    before = run("dump-schema", **database)
    assert (before.returncode, before.stderr) == (0, "")
    db.execute("alter table school.leads add column zz text")
    db.execute("comment on column school.leads.zz is 'By hand.'")
    after = run("dump-schema", **database).stdout
    lines = difflib.unified_diff(before.stdout.splitlines(), after.splitlines(), n=0, lineterm="")
    assert [line for line in lines if line[0] in "+-" and line[1:].strip()][2:] == [
        "+  zz",
        "+school.leads.zz: column",
        "+  text default",
        "+table column school.leads.zz: comment",
        "+  By hand.",
    ]


def test_a_job_that_fails_is_printed_and_kept_and_the_status_is_1(
    run: Callable[..., Done], conninfo: Callable[..., str], school: School, db: Database
) -> None:
    database = {"OWNER_DATABASE_URL": conninfo()}
    done = run("jobs", "run", "purge", **database)
    assert (done.returncode, json.loads(done.stdout)["error"]) == (0, None)
    db.execute(
        "create or replace function jobs.purge(p_on date default school.today())"
        " returns integer language plpgsql volatile security definer set search_path = ''"
        " as $$ begin raise exception 'out of order'; end; $$"
    )
    done = run("jobs", "run", "purge", **database)
    kept = db.execute("select id::text, error from jobs.runs where error is not null").fetchall()
    printed = json.loads(done.stdout)
    assert (done.returncode, kept) == (1, [(printed["id"], printed["error"])])
    assert printed["error"] == "P0001 in jobs.purge(date) line 1"


def test_a_user_made_on_the_console_can_log_in(
    run: Callable[..., Done],
    conninfo: Callable[..., str],
    http: Callable[..., Any],
    db: psycopg.Connection[Any],
) -> None:
    database = {"DATABASE_URL": conninfo("school_gateway"), "OWNER_DATABASE_URL": conninfo()}
    person = ["--email", "Boss@School.test", "--name", "Boss", "--role", "super_admin"]
    done = run("create-user", *person, "--password", "correct horse battery", **database)
    assert (done.returncode, done.stderr) == (0, ""), done
    body = {"email": "boss@school.test", "password": "correct horse battery"}
    assert http().post("/v1/auth/login", json=body).json()["user"]["role"] == "super_admin"
    other = ["--email", "next@school.test", "--name", "Next", "--role", "staff"]
    done = run("create-user", *other, **database)
    token = done.stdout.rstrip().rpartition(" ")[2]
    body = {"token": token, "password": "correct horse battery"}
    assert http().post("/v1/auth/activate", json=body).status_code == 200
