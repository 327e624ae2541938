"""What the database runs: applied, undone, compared."""

import argparse
import sys

import psycopg

from api.console.connecting import CommandError, migrate_database, open_database, revoke_abandoned
from api.database import drift, migrations, soundness
from api.settings import Settings


def migrate(settings: Settings, chosen: argparse.Namespace) -> int:
    """Apply pending migrations, re-create the code layer, heal what was changed by hand."""
    with open_database(settings) as database:
        migrate_database(settings, database.owner_or_refuse(), force=chosen.force)
    return 0


def rollback(settings: Settings, chosen: argparse.Namespace) -> int:
    """Undo migrations, after asking."""
    with open_database(settings) as database:
        owner = database.owner_or_refuse()
        what = "every migration" if chosen.to is None else f"the migrations above {chosen.to}"
        if not chosen.yes:
            if not sys.stdin.isatty():
                raise CommandError(f"to undo {what}, with their data, confirm with --yes")
            if input(f"Undo {what} and lose their data? Type yes: ").strip() != "yes":
                print("Nothing was changed.")
                return 1
        if migrations.rollback(owner, chosen.to):
            print("The code layer is dropped; python -m api migrate brings everything back.")
        else:
            print("Nothing to undo.")
    return 0


def status(settings: Settings, chosen: argparse.Namespace) -> int:
    """Print what the database runs; 1 when it differs from this checkout or its own record."""
    with open_database(settings) as database:
        owner = database.owner_or_refuse()
        found = migrations.installed(owner)
        with psycopg.connect(owner, autocommit=True) as connection:
            print(f"server       PostgreSQL {connection.info.parameter_status('server_version')}")
            for migration, state in migrations.states(found).items():
                print(f"{state:<12} {migration}")
            print(f"code layer   {found.code_layer or 'not loaded'}")
            wrong = [f"pending: {line}" for line in migrations.pending(owner)]
            if found.code_layer is not None:
                revoke_abandoned(connection)
                compared = drift.compare(connection)
                wrong += [f"changed by hand: {line}" for line in compared.differences]
                wrong += [f"damaged: {line}" for line in soundness.damage(connection)]
                if not compared.recorded:
                    wrong.append("pending: the catalog is not recorded")
                elif compared.why_not:
                    print(f"the catalog was not compared: {compared.why_not}; migrate records it")
                for line in soundness.warnings(connection):
                    print(f"warning: {line}")
            print("\n".join(wrong) or "up to date")
    return 1 if wrong else 0
