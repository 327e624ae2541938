"""Schools of several sizes in one embedded server, kept below ``.bench/`` between runs."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from api.database import migrations
from api.database.embedded import GATEWAY, EmbeddedServer
from api.database.refusals import MigrationError
from tests.bench import history
from tests.support.school import NOW, Caller, Clock, token_hash

FOLDER = Path(__file__).resolve().parents[2] / ".bench"

PEOPLE = {
    "super_admin": ("root", 1),
    "admin": ("ada", 1),
    "staff": ("staff", 2),
    "teacher": ("teacher", 2),
    "student": ("student", 1),
}
"""Who acts for each role: the words of tests.bench.history. The student is a student of the
teacher and came of a lead of the staff."""


@dataclass(frozen=True)
class BenchSchool:
    """One school: how to reach it, and how many admissions it has had."""

    server: EmbeddedServer
    database: str
    size: int

    @property
    def owner(self) -> str:
        return self.server.conninfo(database=self.database)

    @property
    def gateway(self) -> str:
        return self.server.conninfo(GATEWAY, self.database)


def token(role: str) -> str:
    """Return the bearer token of who acts for a role."""
    return f"bench-{role}"


def person(role: str) -> str:
    """Return the id of who acts for a role."""
    return history.key(*PEOPLE[role])


@contextmanager
def running(
    folder: Path, settings: dict[str, str], *, durable: bool = True
) -> Iterator[EmbeddedServer]:
    """Run the embedded server of a folder with some settings of PostgreSQL's."""
    folder.mkdir(parents=True, exist_ok=True)
    configuration = folder / "pg" / "postgresql.conf"
    if not configuration.exists():
        EmbeddedServer(folder, durable=durable).close()
    text, _, _ = configuration.read_text(encoding="utf-8").partition("# of the bench\n")
    lines = "".join(f"{name} = '{value}'\n" for name, value in settings.items())
    configuration.write_text(f"{text}# of the bench\n{lines}", encoding="utf-8")
    with EmbeddedServer(folder, durable=durable) as server:
        yield server


def opened(
    server: EmbeddedServer, size: int, scale: history.Scale, say: Callable[[str], None]
) -> BenchSchool:
    """Open the school of so many admissions; make it, when there is none or another history."""
    school = BenchSchool(server, f"bench_{size}", size)
    source = Path(history.__file__).read_bytes()
    stamp = hashlib.sha256(source + repr(scale).encode() + NOW.encode()).hexdigest()
    with psycopg.connect(server.conninfo(database="postgres"), autocommit=True) as db:
        row = db.execute(
            "select shobj_description(oid, 'pg_database') from pg_database where datname = %s",
            (school.database,),
        ).fetchone()
        if row is not None and row[0] == stamp and _is_current(school):
            return school
        name = sql.Identifier(school.database)
        db.execute(sql.SQL("drop database if exists {} with (force)").format(name))
        db.execute(sql.SQL("create database {} template template0").format(name))
        say(f"making a school of {size:,} admissions")
        migrations.migrate(school.owner, progress=lambda line: None)
        with psycopg.connect(school.owner, autocommit=True) as own:
            Clock(own).set(NOW)
            history.fill(own, size, scale, say)
            _let_in(own)
        db.execute(
            sql.SQL("comment on database {} is {}").format(name, sql.Literal(stamp)),
        )
    return school


@contextmanager
def copy_of(school: BenchSchool) -> Iterator[BenchSchool]:
    """Give a copy to write in, and drop it afterwards."""
    name = f"{school.database}_copy"
    target, source = sql.Identifier(name), sql.Identifier(school.database)
    with psycopg.connect(school.server.conninfo(database="postgres"), autocommit=True) as db:
        db.execute(sql.SQL("drop database if exists {} with (force)").format(target))
        db.execute(
            sql.SQL("create database {} template {} strategy file_copy").format(target, source)
        )
        try:
            yield BenchSchool(school.server, name, school.size)
        finally:
            db.execute(sql.SQL("drop database {} with (force)").format(target))


def _is_current(school: BenchSchool) -> bool:
    """Bring a kept school to the code of today; False when its migrations are not ours."""
    done: list[str] = []
    try:
        migrations.migrate(school.owner, progress=done.append)
    except (MigrationError, psycopg.Error):
        return False
    with psycopg.connect(school.owner, autocommit=True) as own:
        if any(line.startswith("migration ") for line in done):
            own.execute("analyze")
        Clock(own).set(NOW)
        _let_in(own)
    return True


def _let_in(own: psycopg.Connection[Any]) -> None:
    for role in PEOPLE:
        own.execute(
            "insert into auth.sessions (token_hash, user_id, expires_at)"
            " values (%s, %s, '2200-01-01') on conflict do nothing",
            (token_hash(token(role)), person(role)),
        )


def caller(gateway: psycopg.Connection[Any], role: str) -> Caller:
    """Return who calls functions for a role."""
    return Caller(gateway, token(role))
