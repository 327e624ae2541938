"""Migrating makes nobody wait: it tries for a moment, pauses, and names who is in the way."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from api.database import migrations
from api.database.patience import Patience
from api.database.refusals import MigrationError
from tests.schema.conftest import quiet
from tests.support.races import in_background
from tests.support.waiting import until

# Tries and pauses short enough for a test.
HASTY = Patience(lock_timeout=0.2, pause=0.3)


@contextmanager
def forgotten(conninfo: str, query: str) -> Iterator[psycopg.Connection[Any]]:
    """A transaction in which somebody asked something and went for coffee."""
    with psycopg.connect(conninfo, application_name="a notebook") as analyst:
        analyst.execute(query.encode())
        yield analyst
        analyst.rollback()


class Migrating:
    """A migration under way: what it said, and how it ended."""

    def __init__(self, conninfo: str, *, force: bool = False) -> None:
        self.said: list[str] = []
        self.done = in_background(
            migrations.migrate, conninfo, self.said.append, force=force, limits=HASTY
        )

    def until_it_says(self, words: str) -> str:
        def line() -> str:
            return next((line for line in list(self.said) if words in line), "")

        return until(line, otherwise=f"it does not say {words!r}")

    def ended(self) -> None:
        self.done.result(60)


def test_a_forgotten_select_costs_no_request_and_is_named_until_it_ends(
    client: Callable[[str], Any], conninfo: Callable[..., str]
) -> None:
    sam = client("sam")
    assert sam.get("/v1/leads").status_code == 200
    with forgotten(conninfo(), "select count(*) from school.leads") as analyst:
        migrating = Migrating(conninfo(), force=True)
        line = migrating.until_it_says("code layer waits")
        assert f"process {analyst.info.backend_pid} (" in line
        assert "a notebook" in line
        assert "select count(*) from school.leads" in line
        end = time.monotonic() + 2
        answered = []
        while time.monotonic() < end:
            answered.append(sam.get("/v1/leads").status_code)
            answered.append(sam.get("/v1/me").status_code)
        assert not migrating.done.done()
    while not migrating.done.done():
        answered.append(sam.get("/v1/leads").status_code)
    migrating.ended()
    answered.append(sam.get("/v1/leads").status_code)
    assert set(answered) == {200}, answered
    assert len(answered) > 10


def test_requests_go_on_while_the_code_layer_is_replaced(
    client: Callable[[str], Any], conninfo: Callable[..., str]
) -> None:
    answered: list[int] = []
    stop = threading.Event()

    def ask(person: str) -> None:
        own = client(person)
        while not stop.is_set():
            answered.append(own.get("/v1/leads").status_code)
            answered.append(own.get("/v1/classroom").status_code)

    asking = [in_background(ask, person) for person in ("sam", "sue", "ada")]
    try:
        for _ in range(3):
            migrations.migrate(conninfo(), quiet, force=True)
    finally:
        stop.set()
    for one in asking:
        one.result(60)
    assert set(answered) == {200}, {code: answered.count(code) for code in set(answered)}


def test_a_migration_file_waits_its_turn_in_the_same_way(migrated: str, project: Path) -> None:
    (project / "schema" / "9000.add.sql").write_text(
        "set local role school_owner;\nalter table school.leads add column zz text;\n"
    )
    (project / "schema" / "9000.add.rollback.sql").write_text(
        "alter table school.leads drop column zz;\n"
    )
    with forgotten(migrated, "select from school.leads"):
        migrating = Migrating(migrated)
        assert "a notebook" in migrating.until_it_says("migration 9000.add waits")
        with psycopg.connect(migrated, options="-c statement_timeout=5000") as another:
            another.execute("select from school.leads")
    migrating.ended()
    assert migrating.said.count("migration 9000.add") == 1
    assert migrations.pending(migrated) == []


def test_who_stays_in_the_way_is_named_in_one_line_and_nothing_has_changed(
    migrated: str,
) -> None:
    number = "select 'school.today()'::regprocedure::oid"
    with forgotten(migrated, number + ", count(*) from school.leads") as analyst:
        pid = analyst.info.backend_pid
        with pytest.raises(MigrationError) as refused:
            migrations.migrate(migrated, quiet, force=True, limits=replace(HASTY, total=0.5))
        before = analyst.execute(number.encode()).fetchone()
    assert str(refused.value).startswith(f"code layer: in the way is process {pid} (")
    assert "\n" not in str(refused.value)
    with psycopg.connect(migrated) as connection:
        assert connection.execute(number.encode()).fetchone() == before


def test_a_second_migration_says_whom_it_waits_for(migrated: str) -> None:
    with psycopg.connect(migrated, application_name="another console") as first:
        first.execute("insert into yoyo_lock (locked, ctime, pid) values (1, now(), 1)")
        migrating = Migrating(migrated)
        assert "another console" in migrating.until_it_says("migrate waits")
        first.rollback()
    migrating.ended()


def test_a_key_that_any_login_may_take_holds_no_migration_up(migrated: str) -> None:
    with psycopg.connect(migrated) as teacher:
        teacher.execute("select pg_advisory_lock(n) from (values (7246810131::bigint)) as k (n)")
        migrating = Migrating(migrated, force=True)
        migrating.ended()
