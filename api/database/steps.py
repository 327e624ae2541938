"""One step of the schema, up or down, together with yoyo's mark and a line of its log."""

import glob
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from yoyo import read_migrations

from api.database import history
from api.database.checkout import Baseline, schema_folder, shown
from api.database.patience import ANY_RELATION, BusyError, Patience, Progress, in_the_way
from api.database.refusals import MigrationError, raise_located

_UNFINISHED: LiteralString = """
select i.indexrelid::regclass::text
from pg_catalog.pg_index as i
join pg_catalog.pg_class as c on c.oid = i.indrelid
where c.relnamespace::regnamespace::text in ('school', 'auth', 'jobs')
  and not i.indisvalid
order by 1
"""


def in_order() -> Any:  # noqa: ANN401
    """Return this checkout's migrations, as yoyo reads them."""
    return read_migrations(glob.escape(str(schema_folder())))


def begin(backend: Any, baseline: Baseline) -> None:  # noqa: ANN401
    """Make at once what the baseline's migrations make, and mark these as yoyo does."""
    try:
        with backend.transaction():
            backend.connection.execute(baseline.path.read_text(encoding="utf-8").encode())
            backend.execute("reset role")
            for migration in in_order():
                if migration.id in baseline.migrations:
                    history.log(backend, migration, "mark", f"baseline {baseline.path.stem}")
                    backend.mark_one(migration, log=False)
    except psycopg.Error as error:
        raise_located(baseline.path, error)


def apply(backend: Any, migration: Any, progress: Progress, limits: Patience) -> None:  # noqa: ANN401
    """Apply one migration with patience.

    What runs outside a transaction waits for others without making anybody wait, so it waits once
    and long; and there are those whom it waits for whatever they do.
    """
    connection = backend.connection
    what = f"migration {migration.id}"
    migration.load()
    if migration.use_transactions:
        limits.patiently(connection, what, progress, partial(move, backend, migration, "apply"))
        return
    names, pids = in_the_way(connection, limits.lock_timeout, ANY_RELATION)
    if pids:
        progress(f"{what} may wait for {names}")
    once = replace(limits, lock_timeout=max(limits.total, limits.lock_timeout))
    with _lock_timeout(connection, once.lock_timeout):
        up = partial(move, backend, migration, "apply")
        try:
            once.patiently(connection, what, progress, up, ANY_RELATION)
        except BusyError as error:
            left = _unfinished(connection)
            raise MigrationError(
                f"{error}; left behind unfinished: {left}" if left else str(error)
            ) from error


def move(backend: Any, migration: Any, direction: str) -> None:  # noqa: ANN401
    """Apply or roll back one migration, together with yoyo's mark in one transaction.

    One that may not run in a transaction is applied before it is marked.
    """
    path = Path(migration.path) if direction == "apply" else rollback_file(migration)
    begun = time.monotonic()
    try:
        migration.load()
        # The way down is one transaction in any case.
        is_inside = migration.use_transactions or direction == "rollback"
        if not is_inside:
            _run_outside(backend, migration)
        with backend.transaction():
            if is_inside:
                migration.use_transactions = True
                migration.process_steps(backend, direction)
            backend.execute("reset role")
            history.log(backend, migration, direction, history.took(time.monotonic() - begun))
            if direction == "apply":
                backend.mark_one(migration, log=False)
            else:
                backend.unmark_one(migration, log=False)
    except psycopg.Error as error:
        raise_located(path, error)


def _run_outside(backend: Any, migration: Any) -> None:  # noqa: ANN401
    """Run a migration's statements, each in a transaction of its own.

    What was done stays when one fails, so the file has to begin by removing that, an index that
    was not finished above all. Raises MigrationError for an index that is left unfinished, also
    where no statement failed: one of ``if not exists`` takes it for done.
    """
    path = Path(migration.path)
    try:
        for step in migration.steps:
            step.apply(backend)
    except psycopg.Error as error:
        backend.connection.execute("reset role")
        try:
            raise_located(path, error)
        except MigrationError as located:
            if left := _unfinished(backend.connection):
                raise MigrationError(f"{located}; left behind unfinished: {left}") from error
            raise
    backend.connection.execute("reset role")
    if left := _unfinished(backend.connection):
        raise MigrationError(
            f"{shown(path)}: unfinished since an earlier try: {left}; drop it and run again"
        )


def _unfinished(connection: psycopg.Connection[Any]) -> str:
    """Name the indexes that nobody may use, as their building failed."""
    return ", ".join(row[0] for row in connection.execute(_UNFINISHED))


@contextmanager
def _lock_timeout(connection: psycopg.Connection[Any], seconds: float) -> Iterator[None]:
    row = connection.execute("select current_setting('lock_timeout')").fetchone()
    before = row[0] if row else "0"
    connection.execute(f"set lock_timeout = {seconds * 1000:.0f}".encode())
    try:
        yield
    finally:
        with suppress(psycopg.OperationalError):
            connection.execute(f"set lock_timeout = '{before}'".encode())


def number(migration: str) -> int:
    """Return the number of a migration, by its id."""
    found = re.match(r"\d+", migration)
    if found is None:
        raise MigrationError(f"{migration}.sql: a migration's name begins with its number")
    return int(found[0])


def rollback_file(migration: Any) -> Path:  # noqa: ANN401
    """Return the file of a migration's way down."""
    return Path(migration.path).with_suffix(".rollback.sql")
