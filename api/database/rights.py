"""Rights that are kept with the database itself or with PostgreSQL's own functions.

Migrations cannot keep them: a copy of a database or a restored dump lacks them, and some are only a
superuser's to change.
"""

from contextlib import suppress
from typing import Any, LiteralString

import psycopg
from psycopg import sql

# Roles belong to the cluster, rows to a database: without this an analyst of one school reads the
# school next door.
_OPEN_TO_ALL: LiteralString = (
    "select pg_catalog.has_database_privilege('public', pg_catalog.current_database(), 'connect')"
)
_LACKING_CONNECT: LiteralString = """
select r.rolname
from pg_catalog.pg_roles as r
where (
    r.rolname in ('school_gateway', 'school_sender', 'school_jobs')
    or r.rolname in (select d.login from auth.direct_logins as d)
  )
  and not exists (
    select
    from pg_catalog.pg_database as b
    cross join lateral pg_catalog.aclexplode(b.datacl) as a
    where b.datname = pg_catalog.current_database()
      and a.grantee = r.oid
      and a.privilege_type = 'CONNECT'
  )
order by r.rolname
"""
_SHUT_OUT: LiteralString = """
select distinct r.rolname
from pg_catalog.pg_roles as r
join pg_catalog.pg_roles as ours on ours.rolname ~ '^school_'
where r.rolcanlogin
  and r.rolname !~ '^school_'
  and pg_catalog.pg_has_role(r.oid, ours.oid, 'member')
  and not pg_catalog.has_database_privilege(r.oid, pg_catalog.current_database(), 'connect')
order by r.rolname
"""
# Large objects are bound by no row policy and by no limit on a login's space.
_LARGE_OBJECTS: LiteralString = """
select string_agg(p.oid::pg_catalog.regprocedure::text, ', ' order by p.oid)
from pg_catalog.pg_proc as p
where p.pronamespace = 'pg_catalog'::regnamespace
  and p.proname in (
    'lo_creat', 'lo_create', 'lo_from_bytea', 'lo_import', 'lo_put', 'lo_truncate',
    'lo_truncate64', 'lowrite',
    -- Not a large object, but as free: it writes to the log that every standby reads.
    'pg_logical_emit_message'
  )
  and exists (
    select
    from pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) as a
    where a.grantee = 0
  )
"""


def settle(connection: psycopg.Connection[Any]) -> list[str]:
    """Let none but our logins connect, and nobody write large objects.

    Returns a line for each thing that somebody else has to do: what this login may not, and whom
    it shut out.
    """
    return [*_settle_connections(connection), *_settle_large_objects(connection)]


def _settle_connections(connection: psycopg.Connection[Any]) -> list[str]:
    database = sql.Identifier(connection.info.dbname)
    for (login,) in connection.execute(_LACKING_CONNECT).fetchall():
        grant = sql.SQL("grant connect on database {} to {}")
        with suppress(psycopg.errors.InsufficientPrivilege):
            connection.execute(grant.format(database, sql.Identifier(login)))
    if not _value(connection, _OPEN_TO_ALL):
        return []
    revoke = sql.SQL("revoke connect on database {} from public").format(database)
    with suppress(psycopg.errors.InsufficientPrivilege):
        connection.execute(revoke)
    if _value(connection, _OPEN_TO_ALL):
        return [
            "every login of this cluster may connect to this database; as its owner, run: "
            + revoke.as_string()
        ]
    return [
        f"login {login} may no longer connect; if it belongs to this school, run: "
        + sql.SQL("grant connect on database {} to {}")
        .format(database, sql.Identifier(login))
        .as_string()
        for (login,) in connection.execute(_SHUT_OUT).fetchall()
    ]


def _settle_large_objects(connection: psycopg.Connection[Any]) -> list[str]:
    functions = _value(connection, _LARGE_OBJECTS)
    if functions is None:
        return []
    revoke = f"revoke execute on function {functions} from public"
    with suppress(psycopg.errors.InsufficientPrivilege):
        connection.execute(revoke.encode())
    if _value(connection, _LARGE_OBJECTS) is None:
        return []
    return [
        "every login may write large objects and to the write-ahead log; as a superuser, run: "
        + revoke
    ]


def _value(connection: psycopg.Connection[Any], query: LiteralString) -> Any:  # noqa: ANN401
    row = connection.execute(query).fetchone()
    return None if row is None else row[0]
