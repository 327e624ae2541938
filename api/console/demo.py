"""The demonstration school."""

import argparse
import sys
from typing import Any

import psycopg

from api.console.connecting import ready_owner, value
from api.console.passwords import hashed, matching
from api.database.checkout import SQL
from api.http.passwords import BEGIN_LOGIN
from api.settings import Settings

DEMO = SQL / "demo"
DEMO_PASSWORD = "play-it-again"  # noqa: S105 (no secret: it is printed wherever it works)
DEMO_LOGINS = tuple(
    f"{name}@ostinato.example" for name in ("director", "office", "staff", "teacher", "student")
)


def demo(settings: Settings, chosen: argparse.Namespace) -> int:
    """Load the demonstration school."""
    with ready_owner(settings) as connection:
        _load_demo(connection)
        print_demo_logins(connection)
    return 0


def load_demo_when_empty(owner: str) -> None:
    """Load it once, also when two processes start at the same time."""
    with psycopg.connect(owner) as connection:
        connection.execute("select from school.school_settings for no key update")
        if not value(connection, "select exists (select from school.users)"):
            _load_demo(connection)


def _load_demo(connection: psycopg.Connection[Any]) -> None:
    connection.execute(
        "select set_config('ostinato.demo_password_hash', %s, true),"
        " set_config('ostinato.demo_password_length', %s, true)",
        (hashed(DEMO_PASSWORD), str(len(DEMO_PASSWORD))),
    )
    for path in sorted(DEMO.glob("[0-9]*.sql")):
        connection.execute(path.read_bytes())
        print(f"demonstration school: {path.stem}", file=sys.stderr, flush=True)
    connection.execute("analyze")


def print_demo_logins(connection: psycopg.Connection[Any]) -> None:
    """Print who may log in with the demonstration's password, which anybody may have changed."""
    rows = connection.execute((DEMO / "logins.sql").read_bytes()).fetchall()
    known = matching({row[3] for row in rows}, DEMO_PASSWORD)
    if found := [row[:3] for row in rows if row[3] in known]:
        print(f"Demonstration logins, password {DEMO_PASSWORD}:")
        for role, email, name in found:
            print(f"  {role:<11}  {email:<25}  {name}", flush=True)


def warn_of_demo_logins(gateway: str, host: str) -> None:
    """Tell, on the network, that a password that everybody knows opens the school."""
    found: dict[str, str] = {}
    with psycopg.connect(gateway) as connection:
        for email in DEMO_LOGINS:
            # As a login begins; limits of 0 count nothing.
            cursor = psycopg.RawCursor(connection).execute(BEGIN_LOGIN, (email, None, "0", "0"))
            for (begun,) in cursor.fetchall():
                if known_hash := begun.get("passwordHash"):
                    found[email] = known_hash
    known = matching(set(found.values()), DEMO_PASSWORD)
    if opened := [email for email in DEMO_LOGINS if found.get(email) in known]:
        print(
            f"ostinato: warning: anybody who reaches {host} can log in as {', '.join(opened)}:"
            " the demonstration's password is known to all; set others, or disable these users",
            file=sys.stderr,
            flush=True,
        )
