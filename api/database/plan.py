"""What migrating would do, and the locks it would take, seen by trying.

The pending migrations are run in a transaction that is rolled back, and the server tells which
locks they hold. So they are taken as migrating takes them: each is waited for a moment only, and
all are given back after some seconds, however much there is to rewrite.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from yoyo.migrations import read_sql_migration

from api.database import checkout, drift, migrations, rights
from api.database.checkout import code_checksum, code_files, migration_files, shown
from api.database.patience import IN_THE_WAY, Patience
from api.database.refusals import first_line

LONGEST_TRIAL_S = 5.0
SHOWN_LETTERS = 70

# From the weakest to the strongest, with who waits meanwhile.
LOCKS = {
    "RowShareLock": "nobody waits",
    "RowExclusiveLock": "who changes the same rows waits",
    "ShareUpdateExclusiveLock": "nobody waits",
    "ShareLock": "who writes waits",
    "ShareRowExclusiveLock": "who writes waits",
    "ExclusiveLock": "who writes waits",
    "AccessExclusiveLock": "everybody waits",
}
_TABLES: LiteralString = """
select c.oid
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where n.nspname in ('school', 'auth', 'jobs')
  and c.relkind in ('r', 'p')
"""
_HELD: LiteralString = """
select l.relation::regclass::text, l.mode
from pg_catalog.pg_locks as l
where l.pid = pg_catalog.pg_backend_pid()
  and l.locktype = 'relation'
  and l.granted
  and l.relation = any (%s)
order by 1
"""

Locks = dict[str, str]


@dataclass(frozen=True)
class Step:
    """A thing to do, with the strongest lock it takes on each table, and remarks, a line each."""

    what: str
    locks: Locks = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = [self.what, *(f"  {remark}" for remark in self.remarks)]
        lines += [f"  {table}: {mode}, {LOCKS[mode]}" for table, mode in self.locks.items()]
        return "\n".join(lines)


class _StopError(Exception):
    """The trial ends here; the message is why."""


def plan(owner_conninfo: str, limits: Patience, *, force: bool = False) -> list[Step]:
    """Return what :func:`api.database.migrations.migrate` would do, in its order.

    Raises as that does for a history that is not this checkout's.
    """
    steps: list[Step] = []
    with psycopg.connect(
        owner_conninfo, autocommit=True, application_name="ostinato migrate --plan"
    ) as connection:
        found = migrations.read_installed(connection)
        migrations.refuse_foreign_history(found)
        compared = drift.compare(connection)
        waiting = [name for name, state in migrations.states(found).items() if state == "pending"]
        if not found.applied:
            steps += _of_a_new_database(waiting)
        else:
            steps += _tried(connection, waiting, limits)
        lacking = rights.lacking_memberships(connection)
        steps += [Step(f"grant what is missing: {statement}") for statement in lacking]
        steps += _repairs(compared, lacking)
        if force or waiting or compared.asks_for_code or found.code_layer != code_checksum():
            tables = [row[0] for row in connection.execute(_TABLES)]
            steps.append(_code_layer(len(tables)))
    return steps


def _of_a_new_database(waiting: list[str]) -> Iterator[Step]:
    """Nothing is there yet, so nobody can be made to wait."""
    baseline = checkout.baseline()
    if baseline is not None:
        yield Step(f"baseline {baseline.path.stem} ({len(baseline.migrations)} migrations)")
    for migration in waiting:
        if baseline is None or migration not in baseline.migrations:
            yield Step(f"migration {migration}")


def _tried(
    connection: psycopg.Connection[Any], waiting: list[str], limits: Patience
) -> Iterator[Step]:
    """Run migrations in a transaction that is rolled back, and tell the locks each one adds."""
    files = migration_files()
    tables = [row[0] for row in connection.execute(_TABLES)]
    until = time.monotonic() + LONGEST_TRIAL_S
    why_not = ""
    with connection.transaction(force_rollback=True):
        connection.execute(f"set local lock_timeout = {limits.lock_timeout * 1000:.0f}".encode())
        connection.execute("set local idle_in_transaction_session_timeout = 0")
        for migration in waiting:
            directives, _, statements = read_sql_migration(str(files[migration]))
            step = Step(f"migration {migration}")
            if directives.get("transactional", "true").lower() == "false":
                lines = [_shortened(statement) for statement in statements]
                yield replace(step, remarks=("outside of a transaction, not tried:", *lines))
                why_not = f"not tried, for it comes after {migration}"
                continue
            if why_not:
                yield replace(step, remarks=(why_not,))
                continue
            before = _held(connection, tables)
            remarks: tuple[str, ...] = ()
            try:
                for statement in statements:
                    _try(connection, files[migration], statement, until)
                connection.execute("reset role")
            except _StopError as stop:
                remarks = (str(stop),)
                why_not = f"not tried, for it comes after {migration}"
            held = _held(connection, tables)
            new = {table: mode for table, mode in held.items() if before.get(table) != mode}
            yield replace(step, locks=new, remarks=remarks)


def _try(connection: psycopg.Connection[Any], path: Path, statement: str, until: float) -> None:
    left = max(1, round((until - time.monotonic()) * 1000))
    try:
        with connection.transaction():
            connection.execute(f"set local statement_timeout = {left}".encode())
            connection.execute(statement.encode())
    except IN_THE_WAY as error:
        raise _StopError(f"somebody is in the way now of: {_shortened(statement)}") from error
    except psycopg.errors.QueryCanceled as error:
        raise _StopError(
            f"given up after {LONGEST_TRIAL_S:g} s, in which the locks below were held, in:"
            f" {_shortened(statement)}"
        ) from error
    except psycopg.Error as error:
        raise _StopError(f"{shown(path)} fails: {first_line(error)}") from error


def _held(connection: psycopg.Connection[Any], tables: list[int]) -> Locks:
    """Return the strongest lock on each table that was there before, the least ones left out."""
    order = list(LOCKS)
    held: Locks = {}
    for table, mode in connection.execute(_HELD, (tables,)):
        if mode in LOCKS and order.index(mode) >= order.index(held.get(table, order[0])):
            held[table] = mode
    return held


def _repairs(compared: drift.Comparison, lacking: list[str]) -> Iterator[Step]:
    for difference in compared.differences:
        member, _, role = difference.name.partition(" in ")
        if difference.kind == "membership" and f"grant {role} to {member}" in lacking:
            continue  # told already
        is_healed = difference.kind in (*drift.CODE_KINDS, *drift.HEALED_KINDS)
        yield Step(f"{'heal' if is_healed else 'not to be healed'}: {difference}")


def _code_layer(tables: int) -> Step:
    strongest = "AccessExclusiveLock"
    remark = f"all {tables} tables of school, auth and jobs: {strongest}, {LOCKS[strongest]}"
    return Step(f"code layer ({len(code_files())} files)", remarks=(remark,) if tables else ())


def _shortened(statement: str) -> str:
    line = " ".join(statement.split())
    return line if len(line) <= SHOWN_LETTERS else f"{line[:SHOWN_LETTERS]}…"
