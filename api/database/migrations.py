"""Bringing a database up to date: migrations are history, the code layer is re-created whole.

Migrations are applied with yoyo, each together with yoyo's mark in one transaction. The code layer
(domains, functions, views, policies) is dropped and loaded in one transaction when it differs from
this checkout's or from what was recorded. Checksums in ``auth.migration_checksums`` and
``auth.code_layer`` tell afterwards what a database runs, ``auth.catalog_fingerprint`` what it
looked like. Every lock is taken with patience (:mod:`api.database.patience`), so that service goes
on.
"""

import glob
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, LiteralString, cast
from urllib.parse import urlencode

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from yoyo import get_backend, read_migrations
from yoyo.exceptions import LockTimeout

from api.database import code_layer, drift, patience, rights
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
from api.database.patience import YOYO_LOCK, BusyError, Progress, patiently
from api.database.refusals import MigrationError, NotingCursor, raise_located

_FIRST_TRIES = 20

# The rights on the database itself, as migration 0001 gives them; a copy or a restored dump lacks
# them. A temporary type is found before one of pg_catalog, also with an empty search_path: who may
# make one can have functions that run with their owner's rights run theirs.
_DATABASE_RIGHTS_DIFFER: LiteralString = """
select not pg_catalog.has_database_privilege(
  'school_owner', pg_catalog.current_database(), 'create'
)
or pg_catalog.has_database_privilege('public', pg_catalog.current_database(), 'temporary')
"""


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


def migrate(owner_conninfo: str, progress: Progress = print, *, force: bool = False) -> Comparison:
    """Apply the pending migrations, load the code layer if it differs, heal what it can.

    ``owner_conninfo`` is a URL or key=value string of a login that may act as ``school_owner``.
    Two calls at once wait for each other. ``force`` loads the code layer in any case and accepts
    what was changed by hand and cannot be healed. Returns what still differs from the record.
    Raises MigrationError, naming file and line or who is in the way, or psycopg.OperationalError
    when the server cannot be reached.
    """
    with _sole_migrator(owner_conninfo, progress) as backend:
        connection = backend.connection
        found = _read_installed(connection)
        _refuse_foreign_history(found)
        before = drift.compare(connection)
        applied_now = []
        for migration in backend.to_apply(read_migrations(glob.escape(str(schema_folder())))):
            progress(f"migration {migration.id}")
            apply = partial(_move, backend, migration, "apply")
            patiently(connection, f"migration {migration.id}", progress, apply)
            applied_now.append(migration.id)
        _settle_database_rights(connection)
        for note in rights.settle(connection):
            progress(f"note: {note}")
        patiently(connection, "row security", progress, partial(drift.heal_flags, connection))
        is_stale = found.code_layer != code_checksum() or before.asks_for_code
        load = force or bool(applied_now) or is_stale
        if load:
            progress(f"code layer ({len(code_files())} files)")
            install = partial(code_layer.install, connection, applied_now)
            patiently(connection, "code layer", progress, install)
        after = drift.record(connection, before, recreated=load, accept=force)
        drift.tell(before, after, progress)
        return after


def rollback(owner_conninfo: str, to: int | None = None, progress: Progress = print) -> list[str]:
    """Undo the migrations numbered above ``to`` (None: all) in one transaction.

    The code layer is written for the newest migration, so it is dropped with the first one undone
    and stays away until the next :func:`migrate`. Returns the ids undone, newest first; nothing to
    undo changes nothing. Raises as :func:`migrate` does.
    """
    with _sole_migrator(owner_conninfo, progress) as backend:
        connection = backend.connection
        _refuse_foreign_history(_read_installed(connection))
        doomed = [
            migration
            for migration in backend.to_rollback(read_migrations(glob.escape(str(schema_folder()))))
            if to is None or _number(migration.id) > to
        ]
        for migration in doomed:
            if not _rollback_file(migration).exists():
                raise MigrationError(f"{shown(_rollback_file(migration))} is missing")
        if not doomed:
            return []

        def undo() -> None:
            with backend.transaction():
                _drop_code_layer(connection, [migration.id for migration in doomed])
                for migration in doomed:
                    _move(backend, migration, "rollback")

        for migration in doomed:
            progress(f"undo {migration.id}")
        patiently(connection, "rollback", progress, undo)
        return [migration.id for migration in doomed]


def installed(owner_conninfo: str) -> Installed:
    """Return what the database runs, read with the owner's eyes; an empty one runs nothing."""
    with psycopg.connect(owner_conninfo, autocommit=True) as connection:
        return _read_installed(connection)


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
def _sole_migrator(owner_conninfo: str, progress: Progress) -> Iterator[Any]:
    """Give a yoyo backend while holding off every other migration, ours and plain yoyo's.

    Yoyo's lock is a committed row that survives its process. The row inserted here is never
    committed, so plain yoyo waits for it all the same, and it cannot be left behind.
    """
    parameters = conninfo_to_dict(owner_conninfo)
    parameters.setdefault("application_name", "ostinato migrate")
    with psycopg.connect(make_conninfo("", **parameters)) as guard:
        guard.execute("set local idle_in_transaction_session_timeout = 0")
        guard.execute(f"set local lock_timeout = {patience.LOCK_TIMEOUT_MS}".encode())
        backend = get_backend(f"postgresql+psycopg:///?{urlencode(parameters)}")
        try:
            backend.connection.cursor_factory = NotingCursor
            _prepare_yoyo(backend)
            patiently(
                backend.connection,
                "migrate",
                progress,
                partial(_take_yoyo_lock, guard),
                YOYO_LOCK,
            )
            for setting in (
                f"lock_timeout = {patience.LOCK_TIMEOUT_MS}",
                "statement_timeout = 0",
                "idle_in_transaction_session_timeout = 0",
                "client_min_messages = warning",
            ):
                backend.connection.execute(f"set {setting}")
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


def _read_installed(connection: psycopg.Connection[Any]) -> Installed:
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


def _refuse_foreign_history(found: Installed) -> None:
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


def _move(backend: Any, migration: Any, direction: str) -> None:  # noqa: ANN401
    """Apply or roll back one migration, together with yoyo's mark in one transaction."""
    path = Path(migration.path) if direction == "apply" else _rollback_file(migration)
    try:
        migration.load()
        if not migration.use_transactions:
            raise MigrationError(f"{shown(path)}: a migration must run in a transaction")
        with backend.transaction():
            migration.process_steps(backend, direction)
            backend.execute("reset role")
            backend.log_migration(migration, direction)
            if direction == "apply":
                backend.mark_one(migration, log=False)
            else:
                backend.unmark_one(migration, log=False)
    except psycopg.Error as error:
        raise_located(path, error)


def _drop_code_layer(connection: psycopg.Connection[Any], doomed: list[str]) -> None:
    """Drop the code layer and what is noted of it, in the transaction that undoes ``doomed``."""
    set_bookkeeping_role(connection)
    if _exists(connection, "auth.migration_checksums"):
        connection.execute("delete from auth.code_layer")
        connection.execute(
            "delete from auth.migration_checksums where migration_id = any(%s)", (doomed,)
        )
    drift.forget(connection)
    connection.execute("set local role school_owner")
    code_layer.drop(connection)
    connection.execute("reset search_path")
    connection.execute("reset role")


def _settle_database_rights(connection: psycopg.Connection[Any]) -> None:
    """Let school_owner make schemas, and PUBLIC no temporary objects.

    Raises MigrationError when that is not so and this login may not change it.
    """
    if not _is_true(connection, _DATABASE_RIGHTS_DIFFER):
        return
    statements = sql.SQL(
        "grant create on database {0} to school_owner; revoke temporary on database {0} from public"
    ).format(sql.Identifier(connection.info.dbname))
    with suppress(psycopg.errors.InsufficientPrivilege):
        connection.execute(statements)
    if _is_true(connection, _DATABASE_RIGHTS_DIFFER):
        raise MigrationError(
            "the rights on the database are not as they must be; run as its owner: "
            + statements.as_string()
        )


def _is_true(connection: psycopg.Connection[Any], query: LiteralString) -> bool:
    row = connection.execute(query).fetchone()
    return bool(row and row[0])


def _exists(connection: psycopg.Connection[Any], relation: str) -> bool:
    row = connection.execute("select to_regclass(%s) is not null", (relation,)).fetchone()
    return bool(row and row[0])


def _number(migration: str) -> int:
    found = re.match(r"\d+", migration)
    if found is None:
        raise MigrationError(f"{migration}.sql: a migration's name begins with its number")
    return int(found[0])


def _rollback_file(migration: Any) -> Path:  # noqa: ANN401
    return Path(migration.path).with_suffix(".rollback.sql")
