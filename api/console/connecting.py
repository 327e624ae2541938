"""The database of the settings, in the state that a command needs."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import FrameType
from typing import Any, NoReturn

import psycopg
from psycopg.conninfo import conninfo_to_dict

from api.database import migrations
from api.database.embedded import EmbeddedServer
from api.database.migrations import Installed
from api.database.patience import Patience
from api.settings import Settings


class CommandError(Exception):
    """What was asked cannot be done; the message is one line for people."""


@dataclass(frozen=True)
class Database:
    """Where the school lives: connection strings of its owner, its gateway and its senders.

    ``owner`` is None when no OWNER_DATABASE_URL is given, ``gateway`` when no DATABASE_URL is,
    ``sender`` when no SENDER_DATABASE_URL is.
    """

    owner: str | None
    gateway: str | None
    sender: str | None
    is_embedded: bool

    def owner_or_refuse(self) -> str:
        if self.owner is None:
            raise CommandError(
                "OWNER_DATABASE_URL is not set: this needs the login that owns the school"
            )
        return self.owner


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """Give the database of the settings; the embedded server runs as long as the context does."""
    given = {
        "DATABASE_URL": settings.database_url,
        "OWNER_DATABASE_URL": settings.owner_database_url,
        "SENDER_DATABASE_URL": settings.sender_database_url,
    }
    besides = {
        "REPLICA_DATABASE_URL": settings.replica_database_url,
        "LISTEN_DATABASE_URL": settings.listen_database_url,
    }
    for name, value in (given | besides).items():
        try:
            conninfo_to_dict(value or "")
        except psycopg.ProgrammingError as error:
            raise CommandError(f"{name}: {one_line(error)}") from None
    if any(given.values()):
        yield Database(
            settings.owner_database_url,
            settings.database_url,
            settings.sender_database_url,
            is_embedded=False,
        )
        return
    with EmbeddedServer(settings.data_dir, tcp_port=settings.embedded_port) as server:
        yield Database(server.owner, server.gateway, server.sender, is_embedded=True)


@contextmanager
def ready_owner(settings: Settings) -> Iterator[psycopg.Connection[Any]]:
    """Give an owner's connection, in one transaction, to a database that is up to date."""
    with open_database(settings) as database:
        require_current(settings, database)
        with psycopg.connect(database.owner_or_refuse()) as connection:
            yield connection


def require_current(settings: Settings, database: Database) -> None:
    """Bring an embedded database up to date; refuse another one that is not."""
    owner = database.owner_or_refuse()
    if database.is_embedded:
        bring_up_to_date(settings, database)
    else:
        require_served(migrations.installed(owner))


def require_served(installed: Installed, besides: str = "") -> None:
    """Refuse a database with migrations to come; one of another version serves, with a warning."""
    standing = migrations.standing_of(installed)
    if waiting := standing.refusals:
        raise CommandError(
            f"migrations are pending ({'; '.join(waiting[:3])}); run: python -m api migrate"
            + besides
        )
    for remark in standing.remarks:
        print(f"warning: {remark}", file=sys.stderr, flush=True)


def bring_up_to_date(settings: Settings, database: Database) -> None:
    """Migrate when anything differs: another process may be serving the same database."""
    owner = database.owner_or_refuse()
    if migrations.pending(owner):
        migrate_database(settings, owner)


def migrate_database(
    settings: Settings, owner: str, *, force: bool = False, limits: Patience | None = None
) -> None:
    """Migrate, say so, and settle what a first start settles."""

    def say(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    migrations.migrate(owner, say, force=force, limits=limits or Patience())
    with psycopg.connect(owner) as connection:
        connection.execute("select auth.first_start(p_timezone => %s)", (settings.school_timezone,))
        revoke_abandoned(connection)


def revoke_abandoned(connection: psycopg.Connection[Any]) -> None:
    """Drop what a killed `psql --as` left behind."""
    unable = suppress(
        psycopg.errors.UndefinedFunction,
        psycopg.errors.InsufficientPrivilege,
        psycopg.errors.ReadOnlySqlTransaction,
    )
    with unable, connection.transaction():
        if count := value(connection, "select auth.revoke_abandoned_sql()"):
            print(f"{count} logins of psql --as that was killed are gone", file=sys.stderr)


def value(connection: psycopg.Connection[Any], query: str, *values: str | int | None) -> Any:  # noqa: ANN401
    """The only value that a query answers."""
    row = connection.execute(query.encode(), values).fetchone()
    if row is None:
        raise CommandError("the database gave no answer")
    return row[0]


def one_line(error: psycopg.Error) -> str:
    """What the database says, in one line."""
    text = error.diag.message_primary or " ".join(str(error).split())
    return text or type(error).__name__


def leave(number: int, frame: FrameType | None) -> NoReturn:
    """End as a signal asks, through every ``finally``."""
    raise SystemExit(128 + number)
