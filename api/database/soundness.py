"""What an operator should know of the server besides what runs on it, a line each."""

from typing import Any

import psycopg

from api.database.code_layer import set_bookkeeping_role

SOUND_MINOR = {15: 19, 16: 15, 17: 11, 18: 6}


def keeps_stale_policies(version: int) -> bool:
    """Whether a server keeps stale policies in cached plans (CVE-2026-14666)."""
    major, minor = divmod(version, 10_000)
    return minor < SOUND_MINOR.get(major, 0 if major > max(SOUND_MINOR) else 10_000)


def warnings(connection: psycopg.Connection[Any]) -> list[str]:
    """What weakens a database that works; none of it differs from what was installed."""
    found = []
    if keeps_stale_policies(connection.info.server_version):
        found.append(
            "this server may keep stale policies in cached plans after a role is revoked"
            " (CVE-2026-14666): update to 15.19, 16.15, 17.11, 18.6 or later"
        )
    for name in ("fsync", "full_page_writes"):
        row = connection.execute("select pg_catalog.current_setting(%s)", (name,)).fetchone()
        if row == ("off",):
            found.append(f"{name} is off: a power cut may destroy the data")
    with connection.transaction():
        set_bookkeeping_role(connection)
        logins = connection.execute(
            "select r.rolname from auth.direct_logins as d"
            " join pg_catalog.pg_roles as r on r.rolname = d.login"
            " where r.rolsuper or r.rolbypassrls or r.rolcreaterole"
            " or pg_catalog.pg_has_role(r.oid, 'school_owner', 'member')"
            " order by 1"
        ).fetchall()
    return found + [f"the login {login} goes past row security" for (login,) in logins]


def damage(connection: psycopg.Connection[Any]) -> list[str]:
    """What the server remembers of damaged data."""
    rows = connection.execute(
        "select d.checksum_failures, d.checksum_last_failure::text"
        " from pg_catalog.pg_stat_database as d"
        " where d.datname = pg_catalog.current_database() and d.checksum_failures > 0"
    )
    return [f"{count} pages did not match their checksum, last at {at}" for count, at in rows]
