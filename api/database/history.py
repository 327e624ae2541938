"""Who moved the schema, when, and how long it took: yoyo's log, with our remark as its comment."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

import psycopg

# Yoyo writes times in UTC, without saying so.
_LOG: LiteralString = """
select
  l.migration_id, l.operation, l.created_at_utc at time zone 'UTC',
  l.username, l.hostname, l.comment
from _yoyo_log as l
order by l.created_at_utc, l.migration_id
"""
_SECONDS = re.compile(r"(\d+\.\d+) s")


@dataclass(frozen=True)
class Entry:
    """A step of the schema: ``apply``, ``rollback``, or ``mark`` for what a baseline brought.

    ``user`` and ``host`` are those of the console; ``seconds`` is None where nobody measured.
    """

    migration: str
    operation: str
    at: datetime
    user: str
    host: str
    seconds: float | None


def log(backend: Any, migration: Any, operation: str, comment: str | None = None) -> None:  # noqa: ANN401
    """Write a line of yoyo's log, as yoyo does, and a comment with it."""
    values = backend.get_log_data(migration, operation)
    values["comment"] = comment
    backend.connection.execute(
        "insert into _yoyo_log (id, migration_hash, migration_id, operation, username, hostname,"
        " created_at_utc, comment) values (%(id)s, %(migration_hash)s, %(migration_id)s,"
        " %(operation)s, %(username)s, %(hostname)s, %(created_at_utc)s, %(comment)s)",
        values,
    )


def took(seconds: float) -> str:
    """Say how long a migration took, as a comment."""
    return f"{seconds:.3f} s"


def read(connection: psycopg.Connection[Any]) -> list[Entry]:
    """Return what happened, oldest first; nothing before yoyo's tables are there."""
    row = connection.execute("select to_regclass('_yoyo_log') is not null").fetchone()
    if not (row and row[0]):
        return []
    entries = []
    for migration, operation, at, user, host, comment in connection.execute(_LOG):
        measured = _SECONDS.fullmatch(comment or "")
        seconds = float(measured[1]) if measured else None
        entries.append(Entry(migration, operation, at, user, host, seconds))
    return entries
