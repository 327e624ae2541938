"""A copy of a school, made harmless."""

import argparse
import sys

from api.console.connecting import CommandError, ready_owner
from api.settings import Settings


def defuse(settings: Settings, chosen: argparse.Namespace) -> int:
    """Make a copy of a school harmless: it sends nothing, and no token opens it; asks first."""
    with ready_owner(settings) as connection:
        name = connection.info.dbname
        if not chosen.yes:
            if not sys.stdin.isatty():
                raise CommandError(f"to defuse the database {name}, confirm with --yes")
            print(
                f"Everything that waits in the database {name} is given up, and all sessions end."
            )
            if input("Type its name, if it is a copy: ").strip() != name:
                print("Nothing was changed.")
                return 1
        for done, number in connection.execute("select * from auth.defuse(%s)", (chosen.force,)):
            print(f"{number:>7} {done}")
    print(f"{name} is defused; passwords are as they were")
    return 0
