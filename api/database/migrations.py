"""Bringing a database up to date: migrations are history, the code layer is re-created whole.

Migrations are applied with yoyo, each together with yoyo's mark in one transaction; one that says
``-- transactional: false`` runs statement by statement before its mark. An empty database gets the
baseline, which stands for the first of them, instead. The code layer
(domains, functions, views, policies) is dropped and loaded in one transaction when it differs from
this checkout's or from what was recorded. Checksums in ``auth.migration_checksums`` and
``auth.code_layer`` tell afterwards what a database runs, ``auth.catalog_fingerprint`` what it
looked like. Every lock is taken with patience (:mod:`api.database.patience`), so that service goes
on.
"""

import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from yoyo import get_backend
from yoyo.exceptions import LockTimeout

from api.database import checkout, code_layer, drift, rights, steps
from api.database.checkout import (
    checksum,
    code_checksum,
    code_files,
    migration_files,
    schema_folder,
    shown,
)
from api.database.code_layer import set_bookkeeping_role
from api.database.drift import Comparison
from api.database.patience import (
    YOYO_LOCK,
    BusyError,
    Patience,
    Progress,
)
from api.database.refusals import MigrationError, NotingCursor

_FIRST_TRIES = 20

# Whose client is gone, also without a word, ends within this time, and frees its locks.
_CHECK_INTERVAL = "2s"

_PATIENCE = Patience()


@dataclass(frozen=True)
class Installed:
    """What a database runs: the marked migrations, their checksums and the code layer's."""

    applied: tuple[str, ...]
    checksums: Mapping[str, str]
    code_layer: str | None


@dataclass(frozen=True)
class Standing:
    """What keeps this checkout from working with a database, and what does not, a line each.

    A database of a newer or older version serves as long as what is called is there.
    """

    refusals: tuple[str, ...]
    remarks: tuple[str, ...]


def migrate(
    owner_conninfo: str,
    progress: Progress = print,
    *,
    force: bool = False,
    limits: Patience = _PATIENCE,
) -> Comparison:
    """Apply the pending migrations, load the code layer if it differs, heal what it can.

    ``owner_conninfo`` is a URL or key=value string of a login that may act as ``school_owner``.
    Two calls at once wait for each other. ``force`` loads the code layer in any case and accepts
    what was changed by hand and cannot be healed; ``limits`` is how long locks are waited for.
    Returns what still differs from the record.
    Raises MigrationError, naming file and line or who is in the way, or psycopg.OperationalError
    when the server cannot be reached.
    """
    with _sole_migrator(owner_conninfo, progress, limits) as backend:
        connection = backend.connection
        found = read_installed(connection)
        refuse_foreign_history(found)
        before = drift.compare(connection)
        applied_now: list[str] = []
        baseline = None if found.applied else checkout.baseline()
        if baseline is not None:
            progress(f"baseline {baseline.path.stem} ({len(baseline.migrations)} migrations)")
            begin = partial(steps.begin, backend, baseline)
            limits.patiently(connection, "baseline", progress, begin)
            applied_now += baseline.migrations
        for migration in backend.to_apply(steps.in_order()):
            progress(f"migration {migration.id}")
            steps.apply(backend, migration, progress, limits)
            applied_now.append(migration.id)
        rights.settle_database(connection)
        for note in rights.settle(connection):
            progress(f"note: {note}")
        heal = partial(drift.heal_flags, connection)
        limits.patiently(connection, "row security", progress, heal)
        is_stale = found.code_layer != code_checksum() or before.asks_for_code
        load = force or bool(applied_now) or is_stale
        if load:
            progress(f"code layer ({len(code_files())} files)")
            install = partial(code_layer.install, connection, applied_now)
            limits.patiently(connection, "code layer", progress, install)
        after = drift.record(connection, before, recreated=load, accept=force)
        drift.tell(before, after, progress)
        return after


def rollback(
    owner_conninfo: str,
    to: int | None = None,
    progress: Progress = print,
    *,
    code: Path | None = None,
    limits: Patience = _PATIENCE,
) -> list[str]:
    """Undo the migrations numbered above ``to`` (None: all) in one transaction.

    The code layer is written for the newest migration, so it is dropped with the first one undone
    and stays away until the next :func:`migrate`. With ``code``, the SQL folder of an older
    checkout, what that one does not have is undone, and its code layer is loaded in the same
    transaction. Returns the ids undone, newest first; nothing to undo changes nothing. Raises as
    :func:`migrate` does.
    """
    with _sole_migrator(owner_conninfo, progress, limits) as backend:
        connection = backend.connection
        found = read_installed(connection)
        refuse_foreign_history(found)
        if code is not None:
            to = _newest_of(code, found)
        doomed = [
            migration
            for migration in backend.to_rollback(steps.in_order())
            if to is None or steps.number(migration.id) > to
        ]
        for migration in doomed:
            if not steps.rollback_file(migration).exists():
                raise MigrationError(f"{shown(steps.rollback_file(migration))} is missing")
        if not doomed and (code is None or found.code_layer == code_checksum(code)):
            return []

        def undo() -> None:
            with backend.transaction():
                _drop_code_layer(connection, [migration.id for migration in doomed])
                for migration in doomed:
                    steps.move(backend, migration, "rollback")
                if code is not None:
                    code_layer.load(connection, (), code)

        for migration in doomed:
            progress(f"undo {migration.id}")
        if code is not None:
            progress(f"code layer of {code.parent} ({len(code_files(code))} files)")
        limits.patiently(connection, "rollback", progress, undo)
        return [migration.id for migration in doomed]


def installed(owner_conninfo: str) -> Installed:
    """Return what the database runs, read with the owner's eyes; an empty one runs nothing."""
    with psycopg.connect(owner_conninfo, autocommit=True) as connection:
        return read_installed(connection)


def pending(owner_conninfo: str) -> list[str]:
    """Return a line for each thing :func:`migrate` would change or refuse; empty means current."""
    standing = standing_of(installed(owner_conninfo))
    return [*standing.refusals, *standing.remarks]


def standing_of(found: Installed) -> Standing:
    """Tell whether this checkout can work with what the database runs."""
    refusals, remarks = [], []
    for migration, state in states(found).items():
        if state == "unknown":
            remarks.append(f"{migration} is unknown")
        elif state != "applied":
            refusals.append(f"{migration} is {state}")
    if found.code_layer is None:
        refusals.append("the code layer is not loaded")
    elif found.code_layer != code_checksum():
        remarks.append("the code layer differs from this checkout's")
    return Standing(tuple(refusals), tuple(remarks))


def gateway_installed(conninfo: str) -> Installed:
    """Return what the database runs, asked by a login that may only enter."""
    try:
        with psycopg.connect(conninfo, autocommit=True) as connection:
            row = connection.execute("select auth.installed()").fetchone()
    except (
        psycopg.errors.UndefinedFunction,
        psycopg.errors.InvalidSchemaName,
        psycopg.errors.InsufficientPrivilege,
    ):
        return Installed((), {}, None)
    document = cast("dict[str, Any]", row[0]) if row else {}
    checksums = document.get("migrations") or {}
    return Installed(tuple(checksums), checksums, document.get("codeLayer"))


def states(found: Installed) -> dict[str, str]:
    """Return the state of every migration by id: applied, pending, edited or unknown.

    ``edited``: the file changed after it was applied. ``unknown``: applied, but this checkout has
    no such file.
    """
    result = {}
    for migration, path in migration_files().items():
        if migration not in found.applied:
            result[migration] = "pending"
        elif found.checksums.get(migration, checksum(path)) != checksum(path):
            result[migration] = "edited"
        else:
            result[migration] = "applied"
    return result | {name: "unknown" for name in found.applied if name not in result}


@contextmanager
def _sole_migrator(owner_conninfo: str, progress: Progress, limits: Patience) -> Iterator[Any]:
    """Give a yoyo backend while holding off every other migration, ours and plain yoyo's.

    Yoyo's lock is a committed row that survives its process. The row inserted here is never
    committed, so plain yoyo waits for it all the same, and it cannot be left behind.
    """
    parameters = conninfo_to_dict(owner_conninfo)
    parameters.setdefault("application_name", "ostinato migrate")
    lock_timeout = f"lock_timeout = {limits.lock_timeout * 1000:.0f}"
    with psycopg.connect(make_conninfo("", **parameters)) as guard:
        guard.execute("set local idle_in_transaction_session_timeout = 0")
        guard.execute(f"set local {lock_timeout}".encode())
        backend = get_backend(f"postgresql+psycopg:///?{urlencode(parameters)}")
        try:
            backend.connection.cursor_factory = NotingCursor
            rights.require_owner(backend.connection)
            _prepare_yoyo(backend)
            limits.patiently(
                backend.connection,
                "migrate",
                progress,
                partial(_take_yoyo_lock, guard),
                YOYO_LOCK,
            )
            for setting in (
                lock_timeout,
                "statement_timeout = 0",
                "idle_in_transaction_session_timeout = 0",
                "client_min_messages = warning",
            ):
                backend.connection.execute(f"set {setting}")
            with suppress(psycopg.errors.InvalidParameterValue):  # some systems cannot tell
                backend.connection.execute(
                    f"set client_connection_check_interval = '{_CHECK_INTERVAL}'"
                )
            yield backend
        except BusyError as error:
            raise MigrationError(f"{error}; nothing of it was changed") from error
        finally:
            backend.connection.close()
            guard.rollback()


def _prepare_yoyo(backend: Any) -> None:  # noqa: ANN401
    """Make yoyo's own tables; of two who do so at once in an empty database one begins again.

    Yoyo waits ten seconds for its lock, which the other holds for the whole of its migration.
    """
    for _ in range(_FIRST_TRIES):
        try:
            backend.ensure_internal_schema_updated()
        except (psycopg.errors.UniqueViolation, psycopg.errors.DuplicateTable, LockTimeout):
            backend.connection.rollback()
        else:
            return
    raise MigrationError("yoyo's own tables cannot be made; is somebody else at it?")


def _take_yoyo_lock(guard: psycopg.Connection[Any]) -> None:
    until = time.monotonic() + 10
    while True:
        with suppress(psycopg.errors.UniqueViolation), guard.transaction():
            guard.execute(
                "insert into yoyo_lock (locked, ctime, pid) values (1, now(), pg_backend_pid())"
            )
            return
        if time.monotonic() > until:
            row = guard.execute("select pid from yoyo_lock").fetchone()
            raise MigrationError(
                f"yoyo (process {row[0] if row else 'unknown'}) holds the migration lock; "
                "if that process is gone, run: yoyo break-lock --database <url>"
            )
        time.sleep(0.5)


def read_installed(connection: psycopg.Connection[Any]) -> Installed:
    """Return what the database runs, over a connection in autocommit."""
    with connection.transaction():
        set_bookkeeping_role(connection)
        checksums: dict[str, str] = {}
        code_layer = None
        if _exists(connection, "auth.migration_checksums"):
            checksums = dict(
                connection.execute(
                    "select migration_id, sha256 from auth.migration_checksums order by 1"
                ).fetchall()
            )
            row = connection.execute("select checksum from auth.code_layer").fetchone()
            code_layer = row[0] if row else None
        connection.execute("reset role")
        applied: tuple[str, ...] = ()
        if _exists(connection, "_yoyo_migration"):
            rows = connection.execute("select migration_id from _yoyo_migration order by 1")
            applied = tuple(row[0] for row in rows)
        return Installed(applied, checksums, code_layer)


def refuse_foreign_history(found: Installed) -> None:
    """Raise MigrationError when what was applied is not what this checkout has."""
    for migration, state in states(found).items():
        path = shown(schema_folder() / f"{migration}.sql")
        if state == "edited":
            raise MigrationError(
                f"{path} was edited after it was applied; restore it and write a new migration"
            )
        if state == "unknown":
            raise MigrationError(
                f"the database has migration {migration}, but {path} does not exist: "
                "it belongs to another version"
            )


def _newest_of(code: Path, found: Installed) -> int:
    """Return the number of an older checkout's newest migration; what it has must be applied."""
    theirs = migration_files(code)
    if not theirs or not code_files(code):
        raise MigrationError(f"{code.parent} is not a checkout of this project")
    for migration, path in theirs.items():
        if migration not in found.applied:
            raise MigrationError(f"{code.parent} is no older checkout: it has {migration}")
        if found.checksums.get(migration, checksum(path)) != checksum(path):
            raise MigrationError(f"{path} is not the migration that was applied")
    for migration in found.applied:
        if migration not in theirs and migration < max(theirs):
            raise MigrationError(f"{code.parent} is no older checkout: it lacks {migration}")
    return steps.number(max(theirs))


def _drop_code_layer(connection: psycopg.Connection[Any], doomed: Collection[str]) -> None:
    """Drop the code layer and what is noted of it, in the transaction that undoes ``doomed``."""
    set_bookkeeping_role(connection)
    if _exists(connection, "auth.migration_checksums"):
        connection.execute("delete from auth.code_layer")
        connection.execute(
            "delete from auth.migration_checksums where migration_id = any(%s)", (list(doomed),)
        )
    drift.forget(connection)
    connection.execute("set local role school_owner")
    code_layer.drop(connection)
    connection.execute("reset search_path")
    connection.execute("reset role")


def _exists(connection: psycopg.Connection[Any], relation: str) -> bool:
    row = connection.execute("select to_regclass(%s) is not null", (relation,)).fetchone()
    return bool(row and row[0])
