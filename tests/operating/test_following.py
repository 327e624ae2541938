"""docs/operating.md, followed line by line on an empty PostgreSQL 15 of Debian's."""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest

from api.database.embedded import BIN, EmbeddedServer
from tests.operating.stage import Stage, free_port, needs_a_machine, staged
from tests.support.console import console
from tests.support.waiting import until

pytestmark = [
    pytest.mark.timeout(900),
    pytest.mark.skipif(
        not os.environ.get("OSTINATO_TEST_THOROUGH"), reason="takes long: OSTINATO_TEST_THOROUGH=1"
    ),
    needs_a_machine,
]

TABLES = """
select c.oid::regclass::text
from pg_class as c
where c.relkind in ('r', 'p') and c.relnamespace::regnamespace::text in ('school', 'auth', 'jobs')
  and c.oid::regclass::text not in (
    'auth.sessions', 'jobs.runs', 'jobs.lease', 'auth.catalog_fingerprint')
order by 1
"""


def counts(tables: list[str]) -> str:
    """Return the query that counts the rows of tables."""
    return " union all ".join(f"select '{name} ' || count(*) from {name}" for name in tables)


def rows_of(machine: Stage) -> str:
    """Return how many rows each table of the school has."""
    return machine.psql(counts(machine.psql(TABLES).splitlines()))


@pytest.fixture(scope="module")
def machine() -> Iterator[Stage]:
    """A machine on which the page was followed until the school is served, with much in it."""
    with staged() as stage:
        for step in ("server", "code", "database"):
            stage.run(step)
        stage.shell("sudo ostinato demo")
        for step in ("notes", "passwords"):
            stage.run(step)
        assert json.loads(stage.run("service")) == {"status": "ready"}
        yield stage


@pytest.fixture(autouse=True)
def served_at_the_end(machine: Stage) -> Iterator[None]:
    """Whatever a test does to the machine, the school is sound, up to date and served again."""
    yield
    assert machine.shell("sudo ostinato status").rstrip().endswith("up to date")
    assert machine.psql("select * from school.check_invariants()") == ""
    url = f"http://127.0.0.1:{machine.http}/readyz"
    until(lambda: answer_of(url) == {"status": "ready"}, 60)


def answer_of(url: str) -> object:
    try:
        return httpx.get(url, timeout=10).json()
    except httpx.TransportError:
        return None


def test_the_school_is_served_over_tls_with_passwords_and_nothing_is_left_to_do(
    machine: Stage,
) -> None:
    assert "note:" not in machine.shell("sudo ostinato migrate")
    logins = machine.psql(
        "select distinct a.usename, s.ssl from pg_stat_activity as a join pg_stat_ssl as s"
        " on s.pid = a.pid where a.usename like 'school%' order by 1"
    )
    assert "school_gateway|t" in logins.splitlines()
    assert "|f" not in logins
    gateway = f"host=localhost port={machine.port} user=school_gateway dbname=ostinato"
    for wrong in ("sslmode=disable", "sslmode=require password=wrong"):
        with pytest.raises(psycopg.OperationalError, match=r"no encryption|password"):
            psycopg.connect(f"{gateway} {wrong}")
    settings = machine.psql(
        "select rolname, rolconfig from pg_roles where rolname = 'ostinato_dba' or rolsuper"
        " order by 1"
    )
    assert settings.splitlines() == ["ostinato_dba|", "postgres|"]
    made = machine.shell("sudo ostinato grant-sql --email staff@ostinato.example --login sam")
    assert "not limited" not in made
    machine.shell("sudo ostinato revoke-sql --login sam")


def test_what_is_slow_is_logged_with_the_request_and_without_tokens_and_names(
    machine: Stage,
) -> None:
    before = len(machine.whole_log())
    machine.psql("alter system set log_min_duration_statement = 0; select pg_reload_conf()")
    api = f"http://127.0.0.1:{machine.http}/v1"
    person = {"email": "staff@ostinato.example", "password": "play-it-again"}
    token = httpx.post(f"{api}/auth/login", json=person).json()["accessToken"]

    def logged() -> bool:
        """Ask, and tell whether that was logged; the server reads its settings a little later."""
        headers = {"Authorization": f"Bearer {token}"}
        answer = httpx.get(f"{api}/leads?search=Searched", headers=headers)
        assert answer.status_code == 200, answer.text
        return f"{answer.headers['X-Request-Id']} LOG:" in machine.whole_log()

    until(logged, 60)
    machine.psql("alter system reset log_min_duration_statement; select pg_reload_conf()")
    for secret in (token, person["email"], "Searched"):
        assert secret not in machine.whole_log()[before:]


def test_jobs_run_by_pg_cron(machine: Stage) -> None:
    said = machine.run("pg-cron")
    assert "ERROR" not in said
    jobs = "select count(*) from cron.job where username = 'school_jobs' and database = 'ostinato'"
    assert machine.psql(jobs, "postgres") == machine.psql("select count(*) from jobs.schedule")
    machine.psql(
        "select cron.alter_job(jobid, schedule := '* * * * *') from cron.job"
        " where jobname = 'ostinato purge'",
        "postgres",
    )
    done = "select distinct status, command from cron.job_run_details where status <> 'running'"
    until(lambda: machine.psql(done, "postgres"), 100, "pg_cron fires at each full minute")
    assert {line.partition("|")[0] for line in machine.psql(done, "postgres").splitlines()} == {
        "succeeded"
    }
    machine.shell(
        "sudo -u postgres psql --dbname=postgres"
        f" --file={machine.folder}/opt/ostinato/current/sql/cron/unschedule.sql"
    )


def test_a_dump_is_restored_in_place_of_the_school(machine: Stage) -> None:
    before = rows_of(machine)
    assert len(before.splitlines()) > 40
    machine.run("dump")
    machine.shell("sudo ostinato create-user --email late@school.example --name Late --role staff")
    assert rows_of(machine) != before
    said = machine.run("restore")
    assert "healed: right on database" in said
    assert rows_of(machine) == before
    machine.psql("drop database replaced", "postgres")


def test_the_owner_dumps_and_restores_all_rows(machine: Stage) -> None:
    before = rows_of(machine)
    machine.run("dump")  # makes the folder
    machine.run("dump-by-the-owner")
    machine.shell(f"sudo systemctl stop ostinato@{machine.http}")
    machine.psql(
        "alter database ostinato rename to replaced;"
        "create database ostinato owner ostinato_dba template template0",
        "postgres",
    )
    machine.run("restore-by-the-owner")
    assert rows_of(machine) == before
    machine.psql("drop database replaced", "postgres")
    machine.shell(f"sudo systemctl start ostinato@{machine.http}")


def test_the_school_goes_back_to_a_point_in_time(machine: Stage) -> None:
    machine.run("archive")
    before, moment = rows_of(machine), machine.psql("select now()")
    machine.shell("sudo ostinato create-user --email late@school.example --name Late --role staff")
    assert rows_of(machine) != before
    machine.psql("select pg_switch_wal()")
    machine.run("point-in-time", {"2027-03-01 12:00:00+00": moment})
    assert rows_of(machine) == before


def release_of(machine: Stage) -> str:
    """Return the folder of the release that serves."""
    pid = (machine.folder / "run" / f"ostinato@{machine.http}.pid").read_text()
    return Path(f"/proc/{pid}/cwd").resolve().name


def test_a_release_is_followed_by_the_next_and_comes_back(machine: Stage) -> None:
    later = machine.folder / "added" / "sql" / "schema"
    later.mkdir(parents=True)
    (later / "9001.later.sql").write_text(
        "set local role school_owner;\nalter table school.courses add column later text;\n"
    )
    (later / "9001.later.rollback.sql").write_text(
        "set local role school_owner;\nalter table school.courses drop column later;\n"
    )
    applied = "select count(*) from _yoyo_migration where migration_id = '9001.later'"
    machine.run("upgrade")
    assert (release_of(machine), machine.psql(applied)) == ("0.3", "1")
    machine.run("back")
    assert (release_of(machine), machine.psql(applied)) == ("0.2", "1")
    url = f"http://127.0.0.1:{machine.http}/readyz"
    until(lambda: answer_of(url) == {"status": "ready"}, 60)
    machine.run("rollback")
    assert (release_of(machine), machine.psql(applied)) == ("0.2", "0")


@pytest.fixture
def without_the_school(machine: Stage) -> Iterator[None]:
    """Set the school and the login that migrates it aside, and bring them back."""
    owner = machine.folder / "etc" / "ostinato" / "owner.env"
    kept = owner.read_text()
    machine.shell(f"sudo systemctl stop ostinato@{machine.http}")
    machine.psql("alter database ostinato rename to kept", "postgres")
    yield
    owner.write_text(kept)
    machine.psql("drop database if exists ostinato", "postgres")
    machine.psql("alter database kept rename to ostinato", "postgres")
    machine.shell(f"sudo systemctl start ostinato@{machine.http}")


def test_a_superuser_migrates_in_one_step(machine: Stage, without_the_school: None) -> None:
    notes = [line for line in machine.run("database-of-a-superuser").splitlines() if "note" in line]
    assert [note.partition(" may no longer")[0] for note in notes] == ["note: login ostinato_dba"]
    said = machine.shell("sudo -u postgres ostinato status")
    assert said.rstrip().endswith("up to date")


@contextmanager
def newer_server(machine: Stage) -> Iterator[int]:
    """Give the port of an empty PostgreSQL 18 on the machine."""
    port, cluster = free_port(), machine.folder / "var" / "lib" / "postgresql" / "18"
    machine.shell(
        f"sudo install -d -o postgres {cluster}\n"
        f"sudo -u postgres {BIN}/initdb --pgdata={cluster}/main --username=postgres --no-sync"
        " --encoding=UTF8 --locale=C.UTF-8 --auth=trust >/dev/null\n"
        f"sudo -u postgres {BIN}/pg_ctl --pgdata={cluster}/main --log={machine.folder}/run/18.log"
        f" --wait --silent start --options='-c port={port} -c fsync=off"
        f" -c unix_socket_directories={machine.environment['PGHOST']}'"
    )
    try:
        yield port
    finally:
        machine.shell(f"sudo -u postgres {BIN}/pg_ctl --pgdata={cluster}/main --mode=fast stop")


def test_the_school_moves_to_a_newer_major_version(machine: Stage) -> None:
    before = rows_of(machine)
    owner = machine.folder / "etc" / "ostinato" / "owner.env"
    kept = owner.read_text()
    with newer_server(machine) as port:
        moved = {
            "/usr/lib/postgresql/18/bin": str(BIN),
            "--port=5432": f"--port={machine.port}",
            "--port=5433": f"--port={port}",
        }
        said = machine.run("new-server", moved)
        assert re.findall(r"ERROR: +(.*)", said) == ['role "postgres" already exists']
        try:
            folder = machine.environment["PGHOST"]
            owner.write_text(
                f"OWNER_DATABASE_URL='host={folder} port={port} user=ostinato_dba dbname=ostinato'"
            )
            machine.environment["PGPORT"] = str(port)
            machine.run("notes")
            assert "note:" not in machine.shell("sudo ostinato migrate --force")
            assert machine.shell("sudo ostinato status").rstrip().endswith("up to date")
            assert rows_of(machine) == before
            machine.shell("sudo ostinato grant-sql --email staff@ostinato.example --login sam")
        finally:
            owner.write_text(kept)
            machine.environment["PGPORT"] = str(machine.port)
    machine.shell(f"sudo systemctl start ostinato@{machine.http}")


def test_the_embedded_school_moves_to_a_server(machine: Stage, without_the_school: None) -> None:
    home = machine.folder / "opt" / "ostinato" / "0.2"
    yours = {"~/ostinato": str(home)}
    with EmbeddedServer(home / ".data") as embedded:
        done = console("demo", DATA_DIR=str(home / ".data"))
        assert done.returncode == 0, done.stderr
        with psycopg.connect(embedded.owner) as school:
            tables = [name for (name,) in school.execute(TABLES)]
            before = "\n".join(line for (line,) in school.execute(counts(tables).encode()))
        # The machine's own server is not at the usual port, the embedded one is.
        machine.run("from-embedded", {**yours, '--host="$PWD': '--port=5432 --host="$PWD'})
    machine.psql("create database ostinato", "postgres")  # the empty one
    machine.run("to-a-server", yours)
    assert rows_of(machine) == before
