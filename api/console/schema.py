"""What the database runs: applied, undone, compared, told."""

import argparse
import json
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from textwrap import indent
from typing import Any

import psycopg

from api.console.connecting import (
    CommandError,
    Database,
    migrate_database,
    open_database,
    revoke_abandoned,
)
from api.database import checkout, drift, history, migrations, plan, rights, soundness
from api.database.history import Entry
from api.database.patience import Patience
from api.settings import Settings


def migrate(settings: Settings, chosen: argparse.Namespace) -> int:
    """Apply pending migrations, re-create the code layer, heal what was changed by hand."""
    limits = Patience(chosen.lock_timeout, chosen.patience)
    with open_database(settings) as database:
        owner = database.owner_or_refuse()
        if chosen.plan:
            steps = plan.plan(owner, limits, force=chosen.force)
            print("\n".join(map(str, steps)) or "nothing to do")
        else:
            migrate_database(settings, owner, force=chosen.force, limits=limits)
    return 0


def rollback(settings: Settings, chosen: argparse.Namespace) -> int:
    """Undo migrations, after asking."""
    code = None if chosen.code is None else _sql_of(chosen.code)
    with open_database(settings) as database:
        owner = database.owner_or_refuse()
        what = "every migration" if chosen.all else f"the migrations above {chosen.to}"
        if code is not None:
            what = f"the migrations that {chosen.code} does not have"
        if not chosen.yes:
            if not sys.stdin.isatty():
                raise CommandError(f"to undo {what}, with their data, confirm with --yes")
            if input(f"Undo {what} and lose their data? Type yes: ").strip() != "yes":
                print("Nothing was changed.")
                return 1
        limits = Patience(chosen.lock_timeout, chosen.patience)
        undone = migrations.rollback(owner, chosen.to, code=code, limits=limits)
        if code is not None:
            print(f"The code layer is that of {chosen.code}; to record it, run there:")
            print("python -m api migrate")
        elif undone:
            print("The code layer is dropped, and nothing is served until you run")
            print("python -m api migrate")
            print("in the checkout that is to serve: an older one stays here, this one goes up.")
        else:
            print("Nothing to undo.")
    return 0


def dump_schema(settings: Settings, chosen: argparse.Namespace) -> int:
    """Print every object, right, policy and comment of ours as text, in order, for a diff."""
    with (
        open_database(settings) as database,
        psycopg.connect(database.owner_or_refuse(), autocommit=True) as connection,
    ):
        for kind, name, definition in drift.describe(connection):
            print(f"{name}: {kind}\n{indent(definition, '  ')}\n")
    return 0


def status(settings: Settings, chosen: argparse.Namespace) -> int:
    """Print what the database runs; 1 when it differs from this checkout or its own record."""
    with open_database(settings) as database:
        found = _found(database)
    if chosen.json:
        print(json.dumps(found.document(), indent=2, default=str))
    else:
        print("\n".join(found.lines(with_history=chosen.history)))
    return 1 if found.wrong else 0


@dataclass
class Found:
    """What the database runs, and what is not as it should be, a line each."""

    server: str
    lacking: list[str]
    migrations: dict[str, str] = field(default_factory=dict)
    code_layer: str | None = None
    pending: list[str] = field(default_factory=list)
    differences: list[drift.Difference] = field(default_factory=list)
    not_compared: str | None = None
    damage: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    history: list[Entry] = field(default_factory=list)

    @property
    def wrong(self) -> list[str]:
        return [
            *(f"pending: {line}" for line in self.pending),
            *(f"changed by hand: {line}" for line in self.differences),
            *(f"damaged: {line}" for line in self.damage),
            *(f"a membership is missing; as a superuser, run: {line}" for line in self.lacking),
        ]

    def lines(self, *, with_history: bool) -> list[str]:
        result = [f"server       PostgreSQL {self.server}"]
        result += [f"{state:<12} {migration}" for migration, state in self.migrations.items()]
        if self.migrations:
            result.append(f"code layer   {self.code_layer or 'not loaded'}")
        if with_history:
            result += [_line(entry) for entry in self.history]
        if self.not_compared:
            result.append(f"the catalog was not compared: {self.not_compared}; migrate records it")
        result += [f"warning: {line}" for line in self.warnings]
        return [*result, *(self.wrong or ["up to date"])]

    def document(self) -> dict[str, Any]:
        return {
            "upToDate": not self.wrong,
            "server": self.server,
            "migrations": [
                {"id": migration, "state": state} for migration, state in self.migrations.items()
            ],
            "codeLayer": self.code_layer,
            "pending": self.pending,
            "drift": [asdict(difference) for difference in self.differences],
            "driftUnknown": self.not_compared,
            "damage": self.damage,
            "missingGrants": self.lacking,
            "warnings": self.warnings,
            "history": [
                asdict(entry) | {"at": entry.at.isoformat(timespec="seconds")}
                for entry in self.history
            ],
        }


def _found(database: Database) -> Found:
    owner = database.owner_or_refuse()
    with psycopg.connect(owner, autocommit=True) as connection:
        server = connection.info.parameter_status("server_version") or ""
        found = Found(server, rights.lacking_memberships(connection))
        if not rights.may_be_owner(connection):
            return found  # it may not read on
        installed = migrations.read_installed(connection)
        standing = migrations.standing_of(installed)
        found.migrations = migrations.states(installed)
        found.code_layer = installed.code_layer
        found.pending = [*standing.refusals, *standing.remarks]
        found.history = history.read(connection)
        if found.code_layer is None:
            return found
        revoke_abandoned(connection)
        compared = drift.compare(connection)
        found.differences = compared.differences
        found.damage = soundness.damage(connection)
        found.warnings = soundness.warnings(connection) + rights.lonely_logins(connection)
        if not compared.recorded:
            found.pending.append("the catalog is not recorded")
        else:
            found.not_compared = compared.why_not
    return found


def _line(entry: Entry) -> str:
    took = "" if entry.seconds is None else f" in {entry.seconds:.3f} s"
    return (
        f"{entry.at:%Y-%m-%d %H:%M:%S}  {entry.operation:<8} {entry.migration}{took},"
        f" {entry.user} at {entry.host}"
    )


def _sql_of(folder: Path) -> Path:
    """The SQL of another checkout, or of a folder in which the package was installed."""
    for sql in (folder / "sql", folder / "api" / "sql"):
        if (sql / "schema").is_dir() and sql.resolve() != checkout.SQL:
            return sql.resolve()
    raise CommandError(f"{folder} is not another checkout of this project")
