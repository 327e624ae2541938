"""What /metrics tells: of all workers together, of the database, and without one."""

import os
import re
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families
from psycopg.conninfo import make_conninfo

from tests.support.asking import one
from tests.support.school import Callers, Clock, Conninfo, Database, School
from tests.support.servers import Client, Http, Server, server_process
from tests.support.waiting import until

Told = dict[tuple[str, tuple[str, ...]], float]


def metrics(url: str) -> Told:
    """The samples that a service tells, by name and values of the labels."""
    text = httpx.get(f"{url}/metrics", timeout=30).text
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def of(told: Told, name: str, *labels: str) -> float | None:
    return told.get((name, labels))


def answered(told: Told, route: str) -> float:
    """How many requests of a route were answered."""
    return sum(
        value
        for (name, labels), value in told.items()
        if name == "http_requests_total" and labels[1] == route
    )


# --- what lies in the database ---


def test_jobs_are_told_by_name(db: Database, school: School, server: Server, clock: Clock) -> None:
    told = metrics(server.url)
    assert of(told, "job_failures_total", "purge") == 0
    assert of(told, "job_last_success_timestamp_seconds", "purge") is None
    db.execute("select jobs.run('purge')")
    source = one(db, "select pg_get_functiondef('jobs.purge(date)'::regprocedure)")
    db.execute(
        "create or replace function jobs.purge(p_on date default school.today())"
        " returns integer language plpgsql volatile security definer set search_path = ''"
        " as $$ begin raise exception 'out of order'; end; $$"
    )
    for _ in range(2):
        db.execute("select jobs.run('purge')")
    db.execute("update jobs.schedule set is_enabled = false where name = 'purge'")
    finished = db.execute(
        "select extract(epoch from finished_at)::float8,"
        " extract(epoch from finished_at - started_at)::float8 from jobs.runs order by started_at"
    ).fetchall()
    told = metrics(server.url)
    assert of(told, "job_failures_total", "purge") == 2
    assert of(told, "job_enabled", "purge") == 0
    assert of(told, "job_enabled", "follow_ups_due") == 1
    assert of(told, "job_last_success_timestamp_seconds", "purge") == pytest.approx(finished[0][0])
    assert of(told, "job_last_failure_timestamp_seconds", "purge") == pytest.approx(finished[2][0])
    assert of(told, "job_last_duration_seconds", "purge") == pytest.approx(finished[0][1])
    db.execute(source)


def test_the_outbox_is_told_by_kind(
    db: Database, school: School, server: Server, call: Callers, clock: Clock
) -> None:
    db.execute("delete from school.deliveries")
    told = metrics(server.url)
    for name in ("outbox_waiting", "outbox_oldest_seconds", "outbox_dead"):
        for kind in ("email", "webhook"):
            assert of(told, name, kind) == 0
    hook = call("root")("create_webhook", url="https://hooks.test/a")["id"]
    db.execute("select jobs.run('follow_ups_due')")
    mails = one(db, "select count(*) from school.deliveries where kind = 'email'")
    db.execute(
        "update school.deliveries set created_at = school.clock() - interval '1 hour'"
        " where sequence = (select min(sequence) from school.deliveries where kind = 'email')"
    )
    told = metrics(server.url)
    assert (of(told, "outbox_waiting", "email"), mails > 1) == (mails, True)
    assert of(told, "outbox_waiting", "webhook") == 2
    assert of(told, "outbox_oldest_seconds", "email") == pytest.approx(3600)
    assert of(told, "outbox_oldest_seconds", "webhook") == pytest.approx(0, abs=1)
    db.execute("select jobs.bury_mails(0)")
    db.execute(
        "update school.deliveries set status = 'dead' where kind = 'email' and status = 'pending'"
    )
    db.execute("update school.webhook_endpoints set is_active = false where id = %s", (hook,))
    told = metrics(server.url)
    assert (of(told, "outbox_dead", "email"), of(told, "outbox_waiting", "email")) == (mails, 0)
    assert of(told, "outbox_waiting", "webhook") == 0, "its endpoint is not active"


def test_what_is_told_is_found_by_index_however_long_the_school_is_there(
    db: Database, school: School
) -> None:
    db.execute(
        "insert into jobs.runs (name, run_on, started_at, finished_at, rows_made)"
        " select 'purge', '2020-01-01', at, at, 0"
        " from generate_series(now() - interval '40 days', now(), interval '1 minute') as at"
    )
    db.execute(
        "insert into school.deliveries (kind, type, entity_id, recipient_user_id, address, status,"
        " sent_at, subject)"
        " select 'email', 'account.activation', gen_random_uuid(), %s, 'a@b.test', 'sent', now(),"
        " 'S' from generate_series(1, 20000)",
        (school["sam"],),
    )
    db.execute("analyze jobs.runs, school.deliveries")
    db.execute("set plan_cache_mode = force_custom_plan")
    before = touched(db)
    one(db, "select jobs.metrics()")
    assert touched(db) - before < 400


def touched(db: Database) -> Any:
    """Pages of the two tables and their indexes that this session has touched so far."""
    return one(
        db,
        "select sum(pg_stat_get_xact_blocks_fetched(c.oid)) from pg_class as c"
        " left join pg_index as i on i.indexrelid = c.oid"
        " where coalesce(i.indrelid, c.oid) in"
        " ('jobs.runs'::regclass, 'school.deliveries'::regclass)",
    )


def test_versions_are_told(db: Database, school: School, server: Server) -> None:
    told = metrics(server.url)
    assert of(told, "migrations_pending") == 0
    assert of(told, "code_layer_differs") == 0
    (build,) = [labels for name, labels in told if name == "build_info"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", build[2])
    db.execute("delete from auth.migration_checksums where migration_id ~ '^003[23]'")
    db.execute("update auth.code_layer set checksum = 'other'")
    told = metrics(server.url)
    assert (of(told, "migrations_pending"), of(told, "code_layer_differs")) == (2, 1)


# --- what the process counts ---


def test_refused_logins_errors_and_time_in_the_database_are_counted(
    db: Database, school: School, server: Server, http: Http, client: Client
) -> None:
    wrong = {"email": "ada@school.test", "password": "wrong"}
    before = metrics(server.url)
    for _ in range(3):
        assert http().post("/v1/auth/login", json=wrong).status_code == 401
    assert client("sam").get("/v1/webhooks").status_code == 403
    told = metrics(server.url)
    assert of(told, "logins_refused_total", "invalid_credentials") == 3
    assert of(told, "db_errors_total", "42501") == 1
    assert of(before, "db_exchanges_total") == 0
    assert (of(told, "db_exchanges_total") or 0) >= 7
    assert 0 < (of(told, "db_seconds_total") or 0) < 60


# --- without a database ---


def test_without_the_database_the_process_tells_of_itself(
    db: Database, school: School, server: Server, client: Client
) -> None:
    assert client("sam").get("/v1/me").status_code == 200
    assert of(metrics(server.url), "database_up") == 1
    name = db.info.dbname
    with psycopg.connect(make_conninfo(db.info.dsn, dbname="postgres"), autocommit=True) as other:
        try:
            other.execute(f'alter database "{name}" allow_connections false')
            other.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s"
                " and usename = 'school_gateway'",
                (name,),
            )
            told = metrics(server.url)
            assert of(told, "database_up") == 0
            assert of(told, "job_enabled", "purge") is None
            assert answered(told, "/v1/me") == 1
            assert of(told, "code_layer_differs") == 0
        finally:
            other.execute(f'alter database "{name}" allow_connections true')
    assert of(metrics(server.url), "database_up") == 1


@pytest.mark.settings(pool_max=1)
def test_a_full_pool_hides_nothing(
    db: Database, school: School, conninfo: Conninfo, server: Server, client: Client
) -> None:
    """The database is asked beside the pool."""
    sam = client("sam")
    with ThreadPoolExecutor(1) as thread, psycopg.connect(conninfo()) as holding:
        holding.execute("lock table school.instruments")
        waiting = thread.submit(sam.get, "/v1/instruments")
        until(lambda: of(metrics(server.url), "db_pool_available") == 0)
        assert of(metrics(server.url), "database_up") == 1
        holding.rollback()
        assert waiting.result(30).status_code == 200


# --- several workers ---


def counted_by(url: str, pids: set[str]) -> Told:
    """What is told once each of the workers, and no other, counts."""

    def all_tell() -> Told:
        told = metrics(url)
        seen = {labels[0] for name, labels in told if name == "process_open_fds"}
        return told if seen == pids else {}

    return until(all_tell, 60)


def pids_of(service: psutil.Process) -> set[str]:
    """The two workers of the service."""

    def found() -> set[str]:
        children = service.children()
        workers = {str(c.pid) for c in children if "spawn_main" in " ".join(c.cmdline())}
        return workers if len(workers) == 2 else set()

    return until(found, 60)


def test_the_workers_are_counted_together_and_one_that_dies_stays_counted(
    db: Database, school: School, serve_processes: Callable[..., list[str]], tmp_path: Path
) -> None:
    (url,) = serve_processes(1, WORKERS="2", POOL_MAX="2", TMPDIR=str(tmp_path))
    service = psutil.Process(server_process(url))
    (folder,) = tmp_path.glob("ostinato-metrics-*")
    assert folder.stat().st_mode & 0o777 == 0o700
    headers = {"Authorization": f"Bearer {school.token('sam')}"}
    pids = pids_of(service)
    counted_by(url, pids)
    for _ in range(40):
        assert httpx.get(f"{url}/v1/me", headers=headers).status_code == 200
    answers = [metrics(url) for _ in range(20)]
    assert {answered(told, "/v1/me") for told in answers} == {40}
    assert {of(told, "http_request_seconds_count", "GET", "/v1/me") for told in answers} == {40}
    assert {of(told, "database_up") for told in answers} == {1}
    until(lambda: (of(metrics(url), "db_exchanges_total") or 0) >= 40, 60)

    doomed = int(min(pids))
    os.kill(doomed, signal.SIGKILL)
    until(lambda: not psutil.pid_exists(doomed), 60)
    assert list(folder.glob(f"gauge_*_{doomed}.db"))
    told = counted_by(url, pids_of(service))
    assert not list(folder.glob(f"gauge_*_{doomed}.db"))
    assert answered(told, "/v1/me") == 40
    assert (of(told, "db_exchanges_total") or 0) >= 40

    service.terminate()
    until(lambda: not folder.exists(), 60)
