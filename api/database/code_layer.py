"""The code layer: domains, functions, views and policies, dropped and loaded in one transaction."""

from collections.abc import Collection
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from api.database.checkout import checksum, code_checksum, code_files, migration_files
from api.database.refusals import MigrationError, raise_located

# What a migration made in the schemas that keep data; dropping the code layer must not touch it.
_KEPT_OBJECTS: LiteralString = """
select format('column %s.%s', attrelid::regclass, attname) from pg_catalog.pg_attribute
join pg_catalog.pg_class on pg_class.oid = attrelid
where relnamespace::regnamespace::text in ('school', 'auth', 'jobs')
  and relkind in ('r', 'p') and attnum > 0 and not attisdropped
union all
select format('default of %s.%s', adrelid::regclass, adnum) from pg_catalog.pg_attrdef
join pg_catalog.pg_class on pg_class.oid = adrelid
where relnamespace::regnamespace::text in ('school', 'auth', 'jobs') and relkind in ('r', 'p')
union all
select format('constraint %s of %s', conname, conrelid::regclass) from pg_catalog.pg_constraint
where connamespace::regnamespace::text in ('school', 'auth', 'jobs')
union all
select format('index %s', indexrelid::regclass) from pg_catalog.pg_index
join pg_catalog.pg_class on pg_class.oid = indexrelid
where relnamespace::regnamespace::text in ('school', 'auth', 'jobs')
"""

_DROP_POLICIES: LiteralString = """
select string_agg(format('drop policy %I on %I.%I', policyname, schemaname, tablename), '; ')
from pg_catalog.pg_policies
where schemaname in ('school', 'auth', 'jobs')
"""

_DROP_VIEWS: LiteralString = """
select 'drop view ' || string_agg(c.oid::regclass::text, ', ') || ' cascade'
from pg_catalog.pg_class as c
where c.relkind = 'v'
  and c.relnamespace::regnamespace::text in ('school', 'auth', 'jobs')
"""

_DROP_FUNCTIONS: LiteralString = """
select 'drop routine if exists ' || string_agg(p.oid::regprocedure::text, ', ') || ' cascade'
from pg_catalog.pg_proc as p
where p.pronamespace::regnamespace::text in ('school', 'auth', 'jobs')
  and not exists (
    select
    from pg_catalog.pg_depend as d
    where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
  )
"""

_DROP_TYPES: LiteralString = """
select 'drop type ' || string_agg(c.oid::regclass::text, ', ') || ' cascade'
from pg_catalog.pg_class as c
where c.relkind = 'c' and c.relnamespace::regnamespace::text in ('school', 'auth', 'jobs')
"""

_DROP_TRIGGERS: LiteralString = """
select string_agg(format('drop trigger %I on %s', t.tgname, t.tgrelid::regclass), '; ')
from pg_catalog.pg_trigger as t
join pg_catalog.pg_class as c on c.oid = t.tgrelid
where not t.tgisinternal
  and c.relnamespace::regnamespace::text in ('school', 'auth', 'jobs')
"""

# Whoever was given something in a schema that keeps data; the policies' files give it anew.
_REVOKE: LiteralString = """
with given as (
  select 'table ' || c.oid::regclass::text as thing, a.grantee, c.relowner as owner
  from pg_catalog.pg_class as c
  left join pg_catalog.pg_attribute as t on t.attrelid = c.oid and t.attacl is not null
  cross join lateral pg_catalog.aclexplode(c.relacl || t.attacl) as a
  where c.relnamespace::regnamespace::text in ('school', 'auth', 'jobs')
    and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
  union
  select 'schema ' || quote_ident(n.nspname), a.grantee, n.nspowner
  from pg_catalog.pg_namespace as n
  cross join lateral pg_catalog.aclexplode(n.nspacl) as a
  where n.nspname in ('school', 'auth', 'jobs', 'trigrams')
)
select string_agg(
  format(
    'revoke all on %s from %s cascade',
    thing,
    case when grantee = 0 then 'public' else grantee::regrole::text end
  ),
  '; '
)
from given
where grantee <> owner
"""

# Every request reads auth.sessions first. Who holds that one lets nobody begin, and so meets only
# those who are about to end.
_LOCK: LiteralString = """
select 'lock table ' || string_agg(
  c.oid::regclass::text,
  ', '
  order by c.oid::regclass::text <> 'auth.sessions', c.oid::regclass::text
) || ' in access exclusive mode'
from pg_catalog.pg_class as c
where c.relnamespace::regnamespace::text in ('school', 'auth', 'jobs')
  and c.relkind in ('r', 'p')
"""


def install(connection: psycopg.Connection[Any], applied_now: Collection[str]) -> None:
    """Re-create the code layer and note what was loaded, in one transaction."""
    with connection.transaction():
        connection.execute("set local role school_owner")
        drop(connection)
        load(connection, applied_now)


def load(
    connection: psycopg.Connection[Any], applied_now: Collection[str], folder: Path | None = None
) -> None:
    """Make the code layer where there is none and note it, inside a transaction.

    ``folder`` is another checkout's SQL; None is this one's.
    """
    connection.execute("set local role school_owner")
    connection.execute("set local search_path = ''")
    connection.execute("set local check_function_bodies = off")
    for path in code_files(folder):
        try:
            connection.execute(path.read_text(encoding="utf-8").encode())
        except psycopg.Error as error:
            raise_located(path, error)
    connection.execute("reset role")
    set_bookkeeping_role(connection)
    _record(connection, applied_now, folder)


def drop(connection: psycopg.Connection[Any]) -> None:
    """Drop what the code layer made, also when only a part of it is there.

    Every lock is taken first, so that none is held while another is waited for.
    """
    connection.execute("set local search_path = ''")
    _lock_tables(connection)
    before = _kept_objects(connection)
    execute_generated(connection, _DROP_POLICIES)
    execute_generated(connection, _DROP_TRIGGERS)
    for schema in ("analytics", "api"):
        name = sql.Identifier(schema)
        connection.execute(sql.SQL("drop schema if exists {} cascade").format(name))
        connection.execute(sql.SQL("create schema {}").format(name))
    execute_generated(connection, _DROP_VIEWS)
    execute_generated(connection, _DROP_FUNCTIONS)
    execute_generated(connection, _DROP_TYPES)
    execute_generated(connection, _REVOKE)
    if lost := before - _kept_objects(connection):
        raise MigrationError(
            "dropping the code layer would take along what migrations made, because it depends on "
            f"re-creatable code: {', '.join(sorted(lost))}"
        )


def set_bookkeeping_role(connection: psycopg.Connection[Any]) -> None:
    """Act as school_owner unless we are a superuser, whom no policy binds."""
    row = connection.execute(
        "select not rolsuper and exists"
        " (select from pg_catalog.pg_roles where rolname = 'school_owner')"
        " from pg_catalog.pg_roles where rolname = session_user"
    ).fetchone()
    if row is not None and row[0]:
        connection.execute("set local role school_owner")


def _lock_tables(connection: psycopg.Connection[Any]) -> None:
    """Lock all tables within twice the time that one lock may take."""
    connection.execute(
        "select pg_catalog.set_config('statement_timeout', (2 * s.setting::integer)::text, true)"
        " from pg_catalog.pg_settings as s where s.name = 'lock_timeout'"
    )
    try:
        execute_generated(connection, _LOCK)
    except psycopg.errors.QueryCanceled as error:
        raise psycopg.errors.LockNotAvailable("the tables did not become free together") from error
    connection.execute("set local statement_timeout = 0")


def _kept_objects(connection: psycopg.Connection[Any]) -> set[str]:
    return {row[0] for row in connection.execute(_KEPT_OBJECTS)}


def execute_generated(connection: psycopg.Connection[Any], generator: LiteralString) -> None:
    """Run the statements that ``generator`` (a query quoting every name) returns."""
    row = connection.execute(generator).fetchone()
    if row is not None and row[0] is not None:
        connection.execute(row[0])


def _record(
    connection: psycopg.Connection[Any], applied_now: Collection[str], folder: Path | None
) -> None:
    for migration, path in migration_files(folder).items():
        # A checksum that is there stays, unless it is left from an application undone since.
        connection.execute(
            "insert into auth.migration_checksums (migration_id, sha256) values (%s, %s)"
            " on conflict (migration_id) do update set sha256 = excluded.sha256 where %s",
            (migration, checksum(path), migration in applied_now),
        )
    connection.execute("delete from auth.code_layer")
    connection.execute(
        "insert into auth.code_layer (checksum, applied_at) values (%s, clock_timestamp())",
        (code_checksum(folder),),
    )
