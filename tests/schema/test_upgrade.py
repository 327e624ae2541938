"""The step from the release before, with its demonstration school in it.

``release-0.1.sql.xz`` is a plain dump (with INSERT) of the database that release 0.1 made with
``demo``, its code layer with it, but for rights on functions of PostgreSQL itself, which differ
between major versions. It is kept as it is; the next release adds one of its own.
"""

import lzma
from pathlib import Path
from typing import Any

import psycopg
import pytest

from api.database import migrations
from tests.schema.conftest import quiet

Database = psycopg.Connection[Any]
Row = dict[str, Any]

RELEASE = Path(__file__).with_name("release-0.1.sql.xz")
# What a release brings with it, and what each migrate writes.
BROUGHT = {
    "school.notification_types",
    "school.mail_templates",
    "auth.catalog_fingerprint",
    "auth.code_layer",
    "auth.migration_checksums",
}
TABLES = """
select c.oid::regclass::text, array_agg(a.attname::text order by a.attnum)
from pg_catalog.pg_class as c
join pg_catalog.pg_index as i on i.indrelid = c.oid and i.indisprimary
join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum = any (i.indkey)
where c.relkind = 'r' and c.relnamespace::regnamespace::text in ('school', 'auth', 'jobs')
group by c.oid
"""
# What a process of the release before calls: functions by name, each with the names of arguments.
CALLED = """
select p.oid::regproc::text, coalesce(p.proargnames[:p.pronargs], '{}')
from pg_catalog.pg_proc as p
where p.pronamespace = 'api'::regnamespace
  or has_function_privilege('school_gateway', p.oid, 'execute')
    and p.pronamespace::regnamespace::text in ('auth', 'jobs')
"""


@pytest.fixture
def before(migrated_template: object, empty_conninfo: str) -> str:
    """The connection string of a database of the release before; the roles are there already."""
    with psycopg.connect(empty_conninfo, autocommit=True) as owner:
        owner.execute(lzma.decompress(RELEASE.read_bytes()))
    return empty_conninfo


def rows(db: Database) -> dict[str, dict[tuple[Any, ...], Row]]:
    """All rows by table and key, as JSON."""
    return {
        table: {
            tuple(row[column] for column in key): row
            for (row,) in db.execute(f"select to_jsonb(t) from {table} as t")
        }
        for table, key in db.execute(TABLES).fetchall()
    }


def called(db: Database) -> list[tuple[str, set[str]]]:
    return [(name, set(arguments)) for name, arguments in db.execute(CALLED)]


def test_the_school_of_the_release_before_loses_nothing(before: str) -> None:
    with psycopg.connect(before, autocommit=True) as db:
        old = rows(db)
    assert len(old["school.attendance"]) > 4000
    migrations.migrate(before, quiet)
    with psycopg.connect(before, autocommit=True) as db:
        new = rows(db)
        assert db.execute("select * from school.check_invariants()").fetchall() == []
    lost = [
        f"{table} {key}: {column}"
        for table, held in old.items()
        if table not in BROUGHT and table.partition(".")[0] != "yoyo" and table in new
        for key, row in held.items()
        for column, value in row.items()
        if (table, column) != ("jobs.schedule", "description")
        if key not in new[table] or (column in new[table][key] and new[table][key][column] != value)
    ]
    assert lost == []
    assert {table for table in old if table not in new} <= {"jobs.leader"}


def test_what_a_process_of_the_release_before_calls_is_still_there(before: str) -> None:
    """So that it serves on while the database is a release ahead of it."""
    with psycopg.connect(before, autocommit=True) as db:
        old = called(db)
    assert len(old) > 100
    migrations.migrate(before, quiet)
    with psycopg.connect(before, autocommit=True) as db:
        new = called(db)
    missing = [
        name
        for name, arguments in old
        if not any(other == name and arguments <= taken for other, taken in new)
    ]
    assert missing == []
