"""Rights that are kept with the cluster, the database itself or PostgreSQL's own functions.

Migrations cannot keep them: a copy of a database, a restored dump or a cluster of a newer major
version lacks them, and some are only a superuser's to change.
"""

from contextlib import suppress
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from api.database.checkout import SQL
from api.database.code_layer import set_bookkeeping_role
from api.database.refusals import MigrationError

# The rights on the database itself, as migration 0001 gives them; a copy or a restored dump lacks
# them. A temporary type is found before one of pg_catalog, also with an empty search_path: who may
# make one can have functions that run with their owner's rights run theirs.
_DATABASE_RIGHTS_DIFFER: LiteralString = """
select not pg_catalog.has_database_privilege(
  'school_owner', pg_catalog.current_database(), 'create'
)
or pg_catalog.has_database_privilege('public', pg_catalog.current_database(), 'temporary')
"""

_MAY_BE_OWNER: LiteralString = """
select coalesce(
  (
    select pg_catalog.pg_has_role(session_user, r.oid, 'member')
    from pg_catalog.pg_roles as r
    where r.rolname = 'school_owner'
  ),
  true
)
"""
_LONELY_LOGINS: LiteralString = """
select d.login, format('grant %I to %I', 'school_' || u.role, d.login)
from auth.direct_logins as d
join school.users as u on u.id = d.user_id
join pg_catalog.pg_roles as r on r.rolname = d.login
where u.status = 'active'
  and u.deleted_at is null
  and not exists (select from pg_catalog.pg_auth_members as m where m.member = r.oid)
order by d.login
"""
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
    """Let none but our logins connect, each as what it is, and nobody write large objects.

    Returns a line for each thing that somebody else has to do: what this login may not, and whom
    it shut out.
    """
    return [
        *_settle_memberships(connection),
        *_settle_connections(connection),
        *_settle_large_objects(connection),
    ]


def settle_database(connection: psycopg.Connection[Any]) -> None:
    """Let school_owner make schemas, and PUBLIC no temporary objects.

    Raises MigrationError when that is not so and this login may not change it.
    """
    if not _value(connection, _DATABASE_RIGHTS_DIFFER):
        return
    statements = sql.SQL(
        "grant create on database {0} to school_owner; revoke temporary on database {0} from public"
    ).format(sql.Identifier(connection.info.dbname))
    with suppress(psycopg.errors.InsufficientPrivilege):
        connection.execute(statements)
    if _value(connection, _DATABASE_RIGHTS_DIFFER):
        raise MigrationError(
            "the rights on the database are not as they must be; run as its owner: "
            + statements.as_string()
        )


def require_owner(connection: psycopg.Connection[Any]) -> None:
    """Let this login act as ``school_owner``, if there is such a role.

    Raises MigrationError with what a superuser has to do when it may not.
    """
    if may_be_owner(connection):
        return
    login = sql.Identifier(str(_value(connection, "select session_user"))).as_string()
    grant = f"grant school_owner to {login}"
    with suppress(psycopg.errors.InsufficientPrivilege):
        connection.execute(grant.encode())
    if not may_be_owner(connection):
        raise MigrationError(
            f"this login may not act as school_owner; as a superuser, run: {grant}"
        )


def may_be_owner(connection: psycopg.Connection[Any]) -> bool:
    """Whether this login may act as ``school_owner``, or there is no such role yet."""
    return bool(_value(connection, _MAY_BE_OWNER))


def lacking_memberships(connection: psycopg.Connection[Any]) -> list[str]:
    """Return the GRANT for each membership or admin option that our roles lack."""
    query = (SQL / "status" / "memberships.sql").read_text(encoding="utf-8")
    return [row[0] for row in connection.execute(query.encode())]


def lonely_logins(connection: psycopg.Connection[Any]) -> list[str]:
    """Return a line with the GRANT for each person's login that is a member of nothing.

    It may have been made so on purpose, or be another's of the same name in a new cluster, so
    nobody grants it but a DBA.
    """
    with connection.transaction():
        set_bookkeeping_role(connection)
        if not _value(connection, "select to_regclass('auth.direct_logins') is not null"):
            return []
        return [
            f"login {login} is a member of nothing; if it still is the person's, run: {grant}"
            for login, grant in connection.execute(_LONELY_LOGINS)
        ]


def _settle_memberships(connection: psycopg.Connection[Any]) -> list[str]:
    for statement in lacking_memberships(connection):
        with suppress(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement.encode())
    return [
        *(
            f"a membership is missing; as a superuser, run: {statement}"
            for statement in lacking_memberships(connection)
        ),
        *lonely_logins(connection),
    ]


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
