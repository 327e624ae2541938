"""A new database begins with the baseline, and nobody can tell it from one that was migrated."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from api.database import checkout, drift, history, migrations
from tests.schema.conftest import quiet
from tests.support.servers import Cluster
from tests.tools.baseline import apply_with_yoyo

TABLES = """
select c.oid::regclass::text
from pg_catalog.pg_class as c
where c.relkind = 'r' and c.relnamespace::regnamespace::text in ('school', 'auth', 'jobs')
"""
# What is another in each database.
OWN = {"id", "key", "created_at", "updated_at", "applied_at", "recorded_at", "sha256"}
LOGIN = "zz_baseline_owner"

Contents = dict[str, list[dict[str, Any]]]


def described(conninfo: str) -> dict[tuple[str, str], str]:
    with psycopg.connect(conninfo, autocommit=True) as db:
        found = list(drift.describe(db))
    result = {(kind, name): definition for kind, name, definition in found}
    assert len(result) == len(found) > 3000
    return result


def rows(conninfo: str) -> Contents:
    with psycopg.connect(conninfo) as db:
        return {
            table: sorted(
                (
                    {column: value for column, value in row.items() if column not in OWN}
                    for (row,) in db.execute(f"select to_jsonb(t) from {table} as t")
                ),
                key=str,
            )
            for (table,) in db.execute(TABLES).fetchall()
        }


def sequences(conninfo: str) -> list[tuple[str, int | None]]:
    with psycopg.connect(conninfo) as db:
        return db.execute(
            "select schemaname || '.' || sequencename, last_value from pg_catalog.pg_sequences"
            " order by 1"
        ).fetchall()


def without(objects: dict[tuple[str, str], str]) -> dict[tuple[str, str], str]:
    """All but who may act as the owner: each migrating login may."""
    return {key: value for key, value in objects.items() if key[0] != "membership"}


def test_it_was_made_of_the_migrations_as_they_are() -> None:
    """Or make baseline was forgotten after one of them was edited before its release."""
    assert checkout.baseline() is not None


def test_it_makes_what_the_chain_makes(empty_conninfo: str) -> None:
    """Objects in words, order of columns, comments, settings of logins; rows and sequences."""
    said: list[str] = []
    migrations.migrate(empty_conninfo, said.append)
    assert said[0].startswith("baseline ")
    by_baseline = described(empty_conninfo), rows(empty_conninfo), sequences(empty_conninfo)
    migrations.rollback(empty_conninfo, progress=quiet)
    apply_with_yoyo(empty_conninfo)
    migrations.migrate(empty_conninfo, quiet)
    by_chain = described(empty_conninfo), rows(empty_conninfo), sequences(empty_conninfo)
    for one, other in zip(by_baseline, by_chain, strict=True):
        assert one == other
    assert sum(map(len, by_chain[1].values())) > 100


def test_its_migrations_count_as_applied_and_later_ones_run(
    empty_conninfo: str, project: Path
) -> None:
    baseline = checkout.baseline()
    assert baseline is not None
    (project / "schema" / "9000.add.sql").write_text(
        "set local role school_owner;\nalter table school.leads add column zz text;\n"
    )
    (project / "schema" / "9000.add.rollback.sql").write_text(
        "alter table school.leads drop column zz;\n"
    )
    said: list[str] = []
    migrations.migrate(empty_conninfo, said.append)
    later = [f"migration {name}" for name in checkout.migration_files()][len(baseline.migrations) :]
    assert said[: 1 + len(later)] == [
        f"baseline {baseline.path.stem} ({len(baseline.migrations)} migrations)",
        *later,
    ]
    assert later[-1] == "migration 9000.add"
    assert set(migrations.states(migrations.installed(empty_conninfo)).values()) == {"applied"}
    with psycopg.connect(empty_conninfo) as db:
        log = {entry.migration: entry for entry in history.read(db)}
    assert log[baseline.migrations[0]].operation == "mark"
    assert log["9000.add"].operation == "apply"
    assert log["9000.add"].seconds is not None


def test_one_of_other_migrations_is_not_used(empty_conninfo: str, project: Path) -> None:
    newest = max(checkout.baseline().migrations)  # type: ignore[union-attr]
    with (project / "schema" / f"{newest}.sql").open("a") as migration:
        migration.write("\ncreate table school.zz ();\n")
    said: list[str] = []
    migrations.migrate(empty_conninfo, said.append)
    assert said[0] == f"migration {min(checkout.migration_files())}"
    with psycopg.connect(empty_conninfo) as db:
        assert db.execute("select to_regclass('school.zz')").fetchone() == ("school.zz",)


@pytest.fixture
def plain_owner(empty_conninfo: str, cluster: Cluster) -> Iterator[str]:
    """A database's owner who may make roles and is no superuser; our roles may be there already."""
    login = sql.Identifier(LOGIN)
    with psycopg.connect(empty_conninfo, autocommit=True) as db:
        database = sql.Identifier(db.info.dbname)
        db.execute(sql.SQL("create role {} login createrole password 'x'").format(login))
        db.execute(sql.SQL("alter database {} owner to {}").format(database, login))
        ours = db.execute("select rolname from pg_catalog.pg_roles where rolname ~ '^school_'")
        for (role,) in ours.fetchall():
            grant = sql.SQL("grant {} to {} with admin option")
            db.execute(grant.format(sql.Identifier(role), login))
        yield make_conninfo(empty_conninfo, user=LOGIN, password=cluster.password or "x")
        db.execute(sql.SQL("alter database {} owner to current_user").format(database))
        db.execute(sql.SQL("drop owned by {0} cascade; drop role {0}").format(login))


def test_an_owner_who_is_no_superuser_begins_with_it_too(
    empty_conninfo: str, migrated: str, plain_owner: str
) -> None:
    said: list[str] = []
    migrations.migrate(plain_owner, said.append)
    assert said[0].startswith("baseline ")
    assert migrations.pending(plain_owner) == []
    assert without(described(empty_conninfo)) == without(described(migrated))
