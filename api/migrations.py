"""Bringing a database up to date: migrations are history, the code layer is re-created whole.

Migrations are applied with yoyo, each together with yoyo's mark in one transaction. The code layer
(domains, functions, views, policies) is dropped and loaded in one transaction on every
:func:`migrate`. Checksums in ``auth.migration_checksums`` and ``auth.code_layer`` tell afterwards
what a database runs.
"""

import glob
import hashlib
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString, NoReturn, cast
from urllib.parse import urlencode

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from yoyo import get_backend, read_migrations

from api import rights

SQL = Path(__file__).resolve().parent.parent / "sql"
SCHEMA = SQL / "schema"
CODE = (
    "domains",
    "functions/auth",
    "functions/school",
    "views/api",
    "functions/api",
    "functions/jobs",
    "views/analytics",
    "policies",
)

Progress = Callable[[str], None]

_ADVISORY_KEY = 7_246_810_131
_LOCK_SECONDS = 30
_ATTEMPTS = 3
_STATEMENT_NOTE = "statement: "

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

_REVOKE: LiteralString = """
select string_agg(
  format('revoke all on all %s in schema %I from %s', kind, nspname, roles),
  '; '
)
from pg_catalog.pg_namespace
cross join (values ('tables'), ('sequences'), ('routines')) as kinds (kind)
cross join (
  select string_agg(format('%I', rolname), ', ')
  from pg_catalog.pg_roles
  where rolname ~ '^school_' and rolname <> 'school_owner'
) as application (roles)
where nspname in ('school', 'auth', 'jobs') and roles is not null
"""


# The rights on the database itself, as migration 0001 gives them; a copy or a restored dump lacks
# them. A temporary type is found before one of pg_catalog, also with an empty search_path: who may
# make one can have functions that run with their owner's rights run theirs.
_DATABASE_RIGHTS_DIFFER: LiteralString = """
select not has_database_privilege('school_owner', pg_catalog.current_database(), 'create')
or exists (
  select
  from pg_catalog.pg_database as d
  cross join lateral pg_catalog.aclexplode(
    coalesce(d.datacl, pg_catalog.acldefault('d', d.datdba))
  ) as a
  where d.datname = pg_catalog.current_database()
    and a.grantee = 0
    and a.privilege_type = 'TEMPORARY'
)
"""


class MigrationError(RuntimeError):
    """The database cannot be brought where it should be; the message is one line for people."""


@dataclass(frozen=True)
class Installed:
    """What a database runs: the marked migrations, their checksums and the code layer's."""

    applied: tuple[str, ...]
    checksums: Mapping[str, str]
    code_layer: str | None


def migration_files() -> dict[str, Path]:
    """Return the migrations of this checkout by their id, in the order of application."""
    return {
        path.stem: path
        for path in sorted(SCHEMA.glob("*.sql"))
        if not path.name.endswith(".rollback.sql")
    }


def code_files() -> list[Path]:
    """Return the files of the code layer in loading order."""
    return [path for folder in CODE for path in sorted((SQL / folder).glob("*.sql"))]


def code_checksum() -> str:
    """Return the SHA-256 (hexadecimal) of the whole code layer: names, order and contents."""
    digest = hashlib.sha256()
    for path in code_files():
        content = path.read_bytes()
        digest.update(f"{path.relative_to(SQL).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def migrate(owner_conninfo: str, progress: Progress = print) -> None:
    """Apply the pending migrations, then re-create the code layer.

    ``owner_conninfo`` is a URL or key=value string of a login that may act as ``school_owner``.
    Two calls at once wait for each other. Raises MigrationError, naming file and line, or
    psycopg.OperationalError when the server cannot be reached.
    """
    with _sole_migrator(owner_conninfo) as backend:
        connection = backend.connection
        _refuse_foreign_history(_read_installed(connection))
        migrations = read_migrations(glob.escape(str(SCHEMA)))
        applied_now = []
        for migration in backend.to_apply(migrations):
            progress(f"migration {migration.id}")
            _move(backend, migration, "apply")
            applied_now.append(migration.id)
        _settle_database_rights(connection)
        for note in rights.settle(connection):
            progress(f"note: {note}")
        progress(f"code layer ({len(code_files())} files)")
        _retrying(progress, lambda: _install_code_layer(connection, applied_now))


def rollback(owner_conninfo: str, to: int | None = None, progress: Progress = print) -> list[str]:
    """Undo the migrations numbered above ``to`` (None: all) in one transaction.

    The code layer is written for the newest migration, so it is dropped with the first one undone
    and stays away until the next :func:`migrate`. Returns the ids undone, newest first; nothing to
    undo changes nothing. Raises as :func:`migrate` does.
    """
    with _sole_migrator(owner_conninfo) as backend:
        connection = backend.connection
        _refuse_foreign_history(_read_installed(connection))
        doomed = [
            migration
            for migration in backend.to_rollback(read_migrations(glob.escape(str(SCHEMA))))
            if to is None or _number(migration.id) > to
        ]
        for migration in doomed:
            if not _rollback_file(migration).exists():
                raise MigrationError(f"{_shown(_rollback_file(migration))} is missing")
        if not doomed:
            return []
        with backend.transaction():
            progress("code layer (dropped)")
            _set_bookkeeping_role(connection)
            if _exists(connection, "auth.migration_checksums"):
                connection.execute("delete from auth.code_layer")
                connection.execute(
                    "delete from auth.migration_checksums where migration_id = any(%s)",
                    ([migration.id for migration in doomed],),
                )
            connection.execute("set local role school_owner")
            _drop_code_layer(connection)
            connection.execute("reset search_path")
            connection.execute("reset role")
            for migration in doomed:
                progress(f"undo {migration.id}")
                _move(backend, migration, "rollback")
        return [migration.id for migration in doomed]


def installed(owner_conninfo: str) -> Installed:
    """Return what the database runs, read with the owner's eyes; an empty one runs nothing."""
    with psycopg.connect(owner_conninfo, autocommit=True) as connection:
        return _read_installed(connection)


def pending(owner_conninfo: str) -> list[str]:
    """Return a line for each thing :func:`migrate` would change or refuse; empty means current."""
    found = installed(owner_conninfo)
    return [
        f"{migration} is {state}"
        for migration, state in states(found).items()
        if state != "applied"
    ] + _pending_code(found.code_layer)


def gateway_pending(conninfo: str) -> list[str]:
    """Return as :func:`pending` does, for a login that may only enter (``auth.installed()``)."""
    try:
        with psycopg.connect(conninfo, autocommit=True) as connection:
            row = connection.execute("select auth.installed()").fetchone()
    except (
        psycopg.errors.UndefinedFunction,
        psycopg.errors.InvalidSchemaName,
        psycopg.errors.InsufficientPrivilege,
    ):
        return ["the database has no Ostinato in it, or an unfinished one"]
    return pending_from(cast("dict[str, Any]", row[0]) if row else {})


def pending_from(document: Mapping[str, Any]) -> list[str]:
    """Return as :func:`pending` does, from the answer of ``auth.installed()``."""
    checksums = document.get("migrations") or {}
    found = Installed(tuple(checksums), checksums, document.get("codeLayer"))
    return [
        f"{migration} is {state}"
        for migration, state in states(found).items()
        if state != "applied"
    ] + _pending_code(found.code_layer)


def states(found: Installed) -> dict[str, str]:
    """Return the state of every migration by id: applied, pending, edited or unknown.

    ``edited``: the file changed after it was applied. ``unknown``: applied, but this checkout has
    no such file.
    """
    result = {}
    for migration, path in migration_files().items():
        if migration not in found.applied:
            result[migration] = "pending"
        elif found.checksums.get(migration, _checksum(path)) != _checksum(path):
            result[migration] = "edited"
        else:
            result[migration] = "applied"
    return result | {name: "unknown" for name in found.applied if name not in result}


def _pending_code(checksum: str | None) -> list[str]:
    if checksum is None:
        return ["the code layer is not loaded"]
    if checksum != code_checksum():
        return ["the code layer differs from this checkout's"]
    return []


@contextmanager
def _sole_migrator(owner_conninfo: str) -> Iterator[Any]:
    """Give a yoyo backend while holding off every other migration, ours and plain yoyo's.

    Yoyo's lock is a committed row that survives its process. The row inserted here is never
    committed, so plain yoyo waits for it all the same, and it cannot be left behind.
    """
    parameters = conninfo_to_dict(owner_conninfo)
    parameters.setdefault("application_name", "ostinato migrate")
    with psycopg.connect(make_conninfo("", **parameters)) as guard:
        guard.execute("set local idle_in_transaction_session_timeout = 0")
        guard.execute("select pg_catalog.pg_advisory_xact_lock(%s)", (_ADVISORY_KEY,))
        backend = get_backend(f"postgresql+psycopg:///?{urlencode(parameters)}")
        try:
            backend.connection.cursor_factory = _NotingCursor
            backend.ensure_internal_schema_updated()
            _take_yoyo_lock(guard)
            for setting in (
                f"lock_timeout = '{_LOCK_SECONDS}s'",
                "statement_timeout = 0",
                "idle_in_transaction_session_timeout = 0",
                "client_min_messages = warning",
            ):
                backend.connection.execute(f"set {setting}")
            yield backend
        finally:
            backend.connection.close()
            guard.rollback()


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


class _NotingCursor(psycopg.Cursor[Any]):
    """A cursor that notes on an error which statement raised it, so that a line can be named."""

    def execute(self, query: Any, *args: Any, **kwargs: Any) -> "_NotingCursor":  # noqa: ANN401
        try:
            return super().execute(query, *args, **kwargs)
        except psycopg.Error as error:
            if isinstance(query, str):
                error.add_note(_STATEMENT_NOTE + query)
            raise


def _read_installed(connection: psycopg.Connection[Any]) -> Installed:
    with connection.transaction():
        _set_bookkeeping_role(connection)
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
        path = _shown(SCHEMA / f"{migration}.sql")
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
            raise MigrationError(f"{_shown(path)}: a migration must run in a transaction")
        with backend.transaction():
            migration.process_steps(backend, direction)
            backend.execute("reset role")
            backend.log_migration(migration, direction)
            if direction == "apply":
                backend.mark_one(migration, log=False)
            else:
                backend.unmark_one(migration, log=False)
    except psycopg.Error as error:
        _raise_located(path, error)


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


def _install_code_layer(connection: psycopg.Connection[Any], applied_now: list[str]) -> None:
    with connection.transaction():
        connection.execute("set local role school_owner")
        connection.execute("set local check_function_bodies = off")
        _drop_code_layer(connection)
        for path in code_files():
            try:
                connection.execute(path.read_text(encoding="utf-8").encode())
            except psycopg.Error as error:
                _raise_located(path, error)
        connection.execute("reset role")
        _set_bookkeeping_role(connection)
        _record(connection, applied_now)


def _drop_code_layer(connection: psycopg.Connection[Any]) -> None:
    """Drop what the code layer made, also when only a part of it is there."""
    connection.execute("set local search_path = ''")
    before = _kept_objects(connection)
    _execute_generated(connection, _DROP_POLICIES)
    for schema in ("analytics", "api"):
        name = sql.Identifier(schema)
        connection.execute(sql.SQL("drop schema if exists {} cascade").format(name))
        connection.execute(sql.SQL("create schema {}").format(name))
    _execute_generated(connection, _DROP_FUNCTIONS)
    _execute_generated(connection, _REVOKE)
    if lost := before - _kept_objects(connection):
        raise MigrationError(
            "dropping the code layer would take along what migrations made, because it depends on "
            f"re-creatable code: {', '.join(sorted(lost))}"
        )


def _kept_objects(connection: psycopg.Connection[Any]) -> set[str]:
    return {row[0] for row in connection.execute(_KEPT_OBJECTS)}


def _execute_generated(connection: psycopg.Connection[Any], generator: LiteralString) -> None:
    """Run the statements that ``generator`` (a query quoting every name) returns."""
    row = connection.execute(generator).fetchone()
    if row is not None and row[0] is not None:
        connection.execute(row[0])


def _record(connection: psycopg.Connection[Any], applied_now: list[str]) -> None:
    for migration, path in migration_files().items():
        # A checksum that is there stays, unless it is left from an application undone since.
        connection.execute(
            "insert into auth.migration_checksums (migration_id, sha256) values (%s, %s)"
            " on conflict (migration_id) do update set sha256 = excluded.sha256 where %s",
            (migration, _checksum(path), migration in applied_now),
        )
    connection.execute("delete from auth.code_layer")
    connection.execute(
        "insert into auth.code_layer (checksum, applied_at) values (%s, clock_timestamp())",
        (code_checksum(),),
    )


def _set_bookkeeping_role(connection: psycopg.Connection[Any]) -> None:
    """Act as school_owner unless we are a superuser, whom no policy binds."""
    row = connection.execute(
        "select not rolsuper and exists"
        " (select from pg_catalog.pg_roles where rolname = 'school_owner')"
        " from pg_catalog.pg_roles where rolname = session_user"
    ).fetchone()
    if row is not None and row[0]:
        connection.execute("set local role school_owner")


def _retrying(progress: Progress, action: Callable[[], None]) -> None:
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            action()
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected) as error:
            if attempt == _ATTEMPTS:
                raise MigrationError(
                    f"the code layer is in use and did not become free ({_first_line(error)}); "
                    "end long transactions and run again; nothing of the code layer was changed"
                ) from error
            progress("code layer is in use; once more")
        else:
            return


def _raise_located(path: Path, error: psycopg.Error) -> NoReturn:
    """Raise MigrationError with file, line and message; a lost race for locks stays what it is."""
    if isinstance(error, psycopg.errors.LockNotAvailable | psycopg.errors.DeadlockDetected):
        if path.is_relative_to(SCHEMA):
            raise MigrationError(f"{_shown(path)}: {_first_line(error)}; run again") from error
        raise error
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    statement = next(
        (
            note.removeprefix(_STATEMENT_NOTE)
            for note in getattr(error, "__notes__", ())
            if note.startswith(_STATEMENT_NOTE)
        ),
        "",
    )
    start = text.find(statement)
    place = _shown(path)
    if start >= 0 and (statement or error.diag.statement_position):
        # A statement not found here belongs to what surrounds the file's own.
        position = start + int(error.diag.statement_position or 1) - 1
        place += f":{text.count(chr(10), 0, position) + 1}"
    detail = f" ({error.diag.message_detail})" if error.diag.message_detail else ""
    raise MigrationError(f"{place}: {_first_line(error)}{detail}") from error


def _first_line(error: psycopg.Error) -> str:
    return error.diag.message_primary or str(error).strip().partition("\n")[0]


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


def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _shown(path: Path) -> str:
    return path.relative_to(SQL.parent).as_posix()
