"""What migrating would do is told with the locks it takes, and nothing of it is done."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from api.database import migrations
from api.database import plan as planning
from api.database.patience import Patience
from tests.schema.conftest import quiet

Owner = Callable[[], psycopg.Connection[Any]]

HASTY = Patience(lock_timeout=0.2)
ROLE = "set local role school_owner;\n"


def plan(conninfo: str, *, force: bool = False) -> list[str]:
    return "\n".join(map(str, planning.plan(conninfo, HASTY, force=force))).splitlines()


@pytest.fixture
def write(project: Path) -> Callable[[str, str], None]:
    """``write(name, text)``: a migration to come."""

    def one(name: str, text: str) -> None:
        (project / "schema" / f"{name}.sql").write_text(text)
        (project / "schema" / f"{name}.rollback.sql").write_text("")

    return one


def test_nothing_to_do_is_no_step(migrated: str) -> None:
    assert plan(migrated) == []
    (head, tables) = plan(migrated, force=True)
    assert head.startswith("code layer (")
    assert tables.endswith("tables of school, auth and jobs: AccessExclusiveLock, everybody waits")


def test_each_migration_is_told_with_its_strongest_locks_and_undone(
    migrated: str, owner: Owner, write: Callable[[str, str], None]
) -> None:
    write(
        "9000.change",
        ROLE
        + "create table school.zz (lead_id uuid references school.leads (id));\n"
        + "alter table school.trials add column zz text;\n"
        + "update school.courses set name = name;\n",
    )
    write("9001.more", ROLE + "alter table school.zz add column yy text;\n")
    before = migrations.installed(migrated)
    lines = plan(migrated)
    assert lines[: lines.index("migration 9001.more") + 1] == [
        "migration 9000.change",
        "  school.courses: RowExclusiveLock, who changes the same rows waits",
        "  school.leads: ShareRowExclusiveLock, who writes waits",
        "  school.trials: AccessExclusiveLock, everybody waits",
        "migration 9001.more",
    ]
    assert lines[-2].startswith("code layer (")
    assert migrations.installed(migrated) == before
    with owner() as db:
        assert db.execute("select to_regclass('school.zz')").fetchone() == (None,)


def test_what_runs_outside_of_a_transaction_is_shown_and_not_tried(
    migrated: str, owner: Owner, write: Callable[[str, str], None]
) -> None:
    build = "create index concurrently zz on school.leads (area);"
    write("9000.build", f"-- transactional: false\nset role school_owner;\n{build}\n")
    write("9001.more", ROLE + "alter table school.leads add column yy text;\n")
    assert plan(migrated)[:6] == [
        "migration 9000.build",
        "  outside of a transaction, not tried:",
        "  set role school_owner;",
        f"  {build}",
        "migration 9001.more",
        "  not tried, for it comes after 9000.build",
    ]
    with owner() as db:
        assert db.execute("select to_regclass('school.zz')").fetchone() == (None,)


def test_what_fails_takes_too_long_or_finds_somebody_in_the_way_is_said(
    migrated: str, write: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    write("9000.change", ROLE + "alter table school.leads add column zz nonsense;\n")
    assert plan(migrated)[1] == (
        '  sql/schema/9000.change.sql fails: type "nonsense" does not exist'
    )
    write("9000.change", ROLE + "alter table school.leads add column zz text;\n")
    with psycopg.connect(migrated) as analyst:
        analyst.execute("select from school.leads")
        assert plan(migrated)[1] == (
            "  somebody is in the way now of: alter table school.leads add column zz text;"
        )
        analyst.rollback()
    monkeypatch.setattr(planning, "LONGEST_TRIAL_S", 0.5)
    write("9000.change", ROLE + "lock table school.trials; select pg_sleep(60);\n")
    assert plan(migrated)[1:3] == [
        "  given up after 0.5 s, in which the locks below were held, in: select pg_sleep(60);",
        "  school.trials: AccessExclusiveLock, everybody waits",
    ]


def test_an_empty_database_begins_with_the_baseline(
    empty_conninfo: str, write: Callable[[str, str], None]
) -> None:
    write("9000.change", ROLE + "alter table school.leads add column zz text;\n")
    lines = plan(empty_conninfo)
    assert lines[0].startswith("baseline ")
    assert "migration 9000.change" in lines
    assert lines[-1].startswith("code layer (")
    with psycopg.connect(empty_conninfo) as db:
        assert db.execute("select to_regclass('_yoyo_migration')").fetchone() == (None,)


def test_what_would_be_healed_and_what_not_is_told(migrated: str, owner: Owner) -> None:
    with owner() as db:
        db.execute("drop policy select_staff on school.leads")
        db.execute("create index by_hand on school.leads (area)")
        db.execute("revoke school_staff from school_gateway")
        try:
            lines = plan(migrated)
            assert lines[0] == "grant what is missing: grant school_staff to school_gateway"
            assert not [line for line in lines if "membership" in line]
            assert "heal: policy: select_staff on school.leads is missing" in lines
            assert "not to be healed: index: school.by_hand is added" in lines
            assert lines[-2].startswith("code layer (")
        finally:
            migrations.migrate(migrated, quiet)
        assert [line for line in plan(migrated) if "healed" not in line] == []
