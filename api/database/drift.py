"""What was changed by hand: the catalog compared with what the last migration recorded.

A record is only compared with a catalog that the same query read on the same major version of the
server: another writes the same definition in other words. Row security must be forced whatever was
recorded.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from api.database.checkout import SQL
from api.database.code_layer import execute_generated, set_bookkeeping_role
from api.database.patience import Progress

Key = tuple[str, str]

FORCED = hashlib.sha256(b"forced").hexdigest()
READ_BY: Key = ("record", "query")
# What re-creating the code layer puts right.
CODE_KINDS = frozenset(
    {
        "policy",
        "trigger",
        "function",
        "view",
        "type",
        "right on relation",
        "right on function",
        "right on type",
        "right on schema",
    }
)
# What is put right besides.
HEALED_KINDS = frozenset({"row security", "right on database"})
# What others may add for themselves.
OPEN_KINDS = frozenset({"role", "extension"})

_ENABLE_TRIGGERS: LiteralString = """
select string_agg(distinct format('alter table %s enable trigger all', t.tgrelid::regclass), '; ')
from pg_catalog.pg_trigger as t
join pg_catalog.pg_class as c on c.oid = t.tgrelid
where c.relnamespace::regnamespace::text in ('school', 'auth', 'jobs')
  and t.tgisinternal
  and t.tgenabled <> 'O'
"""
_FORCE_ROW_SECURITY: LiteralString = """
select string_agg(
  format('alter table %s enable row level security, force row level security', c.oid::regclass),
  '; '
)
from pg_catalog.pg_class as c
where c.relnamespace::regnamespace::text in ('school', 'auth', 'jobs')
  and c.relkind in ('r', 'p')
  and not (c.relrowsecurity and c.relforcerowsecurity)
"""


@dataclass(frozen=True, order=True)
class Difference:
    """An object that is not as it was recorded; ``how`` is missing, added or changed."""

    kind: str
    name: str
    how: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.name} is {self.how}"


@dataclass(frozen=True)
class Comparison:
    """The catalog as found and as recorded, SHA-256 (hexadecimal) by kind and name.

    ``why_not`` says in a line why the two cannot be compared, None when they are.
    """

    found: Mapping[Key, str]
    recorded: Mapping[Key, str]
    why_not: str | None

    @property
    def differences(self) -> list[Difference]:
        """What differs, in order; without a record only row security that is not forced."""
        guards = {key: FORCED for key in self.found if key[0] == "row security"}
        expected = guards if self.why_not else {**self.recorded, **guards}
        result = []
        for key in sorted(self.found.keys() | expected.keys()):
            if key not in self.found:
                how = "missing"
            elif key not in expected:
                how = "added"
            elif self.found[key] != expected[key]:
                how = "changed"
            else:
                continue
            if how != "added" or not (self.why_not or key[0] in OPEN_KINDS):
                result.append(Difference(*key, how))
        return result

    @property
    def asks_for_code(self) -> bool:
        """Whether the code layer is to be re-created: it differs, or nobody can tell."""
        return self.why_not is not None or any(d.kind in CODE_KINDS for d in self.differences)


def compare(connection: psycopg.Connection[Any]) -> Comparison:
    """Read the catalog and its record, with the owner's eyes."""
    with connection.transaction():
        set_bookkeeping_role(connection)
        connection.execute("set local search_path = ''")
        query = _query()
        found: dict[Key, str] = {
            (row[0], row[1]): row[2] for row in connection.execute(query.encode())
        }
        found[READ_BY] = hashlib.sha256(query.encode()).hexdigest()
        if not _has_record(connection):
            return Comparison(found, {}, "nothing was recorded yet")
        rows = connection.execute(
            "select kind, name, sha256, server_major from auth.catalog_fingerprint"
        ).fetchall()
    recorded: dict[Key, str] = {(row[0], row[1]): row[2] for row in rows}
    majors = {row[3] for row in rows}
    why_not = None
    if not recorded:
        why_not = "nothing was recorded yet"
    elif majors != {_major(connection)}:
        why_not = f"it was recorded on PostgreSQL {max(majors)}, this is {_major(connection)}"
    elif recorded.get(READ_BY) != found[READ_BY]:
        why_not = "it was recorded by another version"
    return Comparison(found, recorded, why_not)


def describe(connection: psycopg.Connection[Any]) -> Iterator[tuple[str, str, str]]:
    """Give kind, name and definition of what :func:`compare` judges and of some more, in order.

    The same schema reads the same on servers of one major version, whatever was made first.
    """
    query = (
        "select o.kind, o.name, o.definition"  # noqa: S608
        f" from ({_objects()}\nunion all\n{_text('status/details.sql')})"
        " as o (kind, name, definition)"
        ' order by o.name collate "C", o.kind collate "C"'
    )
    with connection.transaction():
        set_bookkeeping_role(connection)
        connection.execute("set local search_path = ''")
        yield from connection.execute(query.encode()).fetchall()


def heal_flags(connection: psycopg.Connection[Any]) -> None:
    """Switch on again what was switched off: row security, and the triggers of foreign keys.

    The latter are a superuser's; for another login they stay as they are.
    """
    with connection.transaction():
        connection.execute("set local search_path = ''")
        connection.execute("set local role school_owner")
        execute_generated(connection, _FORCE_ROW_SECURITY)
        connection.execute("reset role")
        if connection.info.parameter_status("is_superuser") == "on":
            execute_generated(connection, _ENABLE_TRIGGERS)


def record(
    connection: psycopg.Connection[Any], before: Comparison, *, recreated: bool, accept: bool
) -> Comparison:
    """Record the catalog as it is now; what was changed by hand and stayed so is not accepted.

    ``before`` is the comparison before migrating, ``recreated`` tells that the code layer was
    loaded anew, ``accept`` takes everything as it is. Returns the comparison that now holds.
    """
    now = compare(connection)
    result = dict(now.found)
    for difference in () if accept or before.why_not else before.differences:
        key = (difference.kind, difference.name)
        was_loaded = recreated and difference.kind in CODE_KINDS
        if was_loaded or before.found.get(key) != now.found.get(key):
            continue
        result.pop(key, None)
        if key in before.recorded:
            result[key] = before.recorded[key]
    if now.why_not or result != now.recorded:
        _write(connection, result)
    return Comparison(now.found, result, None)


def forget(connection: psycopg.Connection[Any]) -> None:
    """Drop the record, inside a transaction that takes the code layer away."""
    if _has_record(connection):
        connection.execute("delete from auth.catalog_fingerprint")


def tell(before: Comparison, after: Comparison, progress: Progress) -> None:
    """Say line by line what was healed and what was not."""
    still = {(d.kind, d.name) for d in after.differences}
    for difference in before.differences:
        if (difference.kind, difference.name) not in still:
            progress(f"healed: {difference.kind}: {difference.name} was {difference.how}")
    for difference in after.differences:
        progress(f"not healed: {difference}; put it right by hand, or accept it with --force")


def _query() -> str:
    return (
        "select o.kind, o.name, encode(sha256(convert_to(o.definition, 'UTF8')), 'hex')"  # noqa: S608
        f" from ({_objects()}) as o (kind, name, definition)"
    )


def _objects() -> str:
    """Return the query for what is there: kind, name and definition, in words."""
    return f"{_text('status/catalog.sql')}\nunion all\n{_guards()}"


def _guards() -> str:
    return _text("functions/auth/installation/row_guards.sql").split("$$")[1]


def _text(file: str) -> str:
    return (SQL / file).read_text(encoding="utf-8")


def _write(connection: psycopg.Connection[Any], objects: Mapping[Key, str]) -> None:
    with connection.transaction():
        set_bookkeeping_role(connection)
        connection.execute("delete from auth.catalog_fingerprint")
        connection.execute(
            "insert into auth.catalog_fingerprint (kind, name, sha256, server_major)"
            " select o.kind, o.name, o.sha256, %s"
            " from unnest(%s::text[], %s::text[], %s::text[]) as o (kind, name, sha256)",
            (
                _major(connection),
                [kind for kind, _ in objects],
                [name for _, name in objects],
                list(objects.values()),
            ),
        )


def _has_record(connection: psycopg.Connection[Any]) -> bool:
    row = connection.execute(
        sql.SQL("select to_regclass('auth.catalog_fingerprint') is not null")
    ).fetchone()
    return bool(row and row[0])


def _major(connection: psycopg.Connection[Any]) -> int:
    return connection.info.server_version // 10_000
