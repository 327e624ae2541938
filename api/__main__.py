"""The command line, ``python -m api`` or ``ostinato``: what is asked goes to api.console."""

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import NoReturn
from uuid import UUID

import psycopg

from api.console.access import why
from api.console.connecting import CommandError, leave, one_line
from api.console.copies import defuse
from api.console.demo import demo
from api.console.document import print_openapi
from api.console.jobs import run_job
from api.console.people import ROLES, create_user, import_leads
from api.console.schema import dump_schema, migrate, rollback, status
from api.console.senders import send_hooks, send_mail
from api.console.serving import serve
from api.console.sql_logins import grant_sql, psql, revoke_sql
from api.database.embedded import EmbeddedError
from api.database.patience import Patience
from api.database.refusals import MigrationError
from api.settings import Settings

LONGEST_WAIT_S = 86_400


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaint is a single line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 not so, 2 wrong value, no server."""
    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    chosen = _parser().parse_args(arguments)
    try:
        settings = Settings.from_environment()
        run: Callable[[Settings, argparse.Namespace], int] = chosen.run
        return run(settings, chosen)
    except BrokenPipeError:
        # Who read our output has seen enough; leave nothing for the interpreter to flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (CommandError, MigrationError, EmbeddedError, ValueError) as error:
        message = str(error)
    except psycopg.OperationalError as error:
        message = f"database: {one_line(error)}"
    except psycopg.Error as error:
        message = one_line(error)
    print(f"ostinato: {message}", file=sys.stderr)
    return 2


def _parser() -> Parser:
    parser = Parser(
        prog="ostinato" if Path(sys.argv[0]).stem == "ostinato" else "python -m api",
        description="Ostinato, the back end of a music school.",
        epilog="Configuration comes from the environment: DATABASE_URL, OWNER_DATABASE_URL, "
        "SENDER_DATABASE_URL, DATA_DIR, HOST, PORT, WORKERS and others; without DATABASE_URL an "
        "embedded server in DATA_DIR is used.",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=Parser)

    def command(
        name: str, run: Callable[[Settings, argparse.Namespace], int]
    ) -> argparse.ArgumentParser:
        line = (run.__doc__ or "").strip()
        added = commands.add_parser(name, help=line, description=line)
        added.set_defaults(run=run)
        return added

    added = command("serve", serve)
    added.add_argument(
        "--migrate",
        action="store_true",
        help="bring the database of DATABASE_URL up to date first (the embedded one always is)",
    )
    added.add_argument(
        "--demo-when-empty",
        action="store_true",
        help="load the demonstration school into an embedded database without users; "
        "HOST has to be on loopback",
    )

    added = command("migrate", migrate)
    added.add_argument(
        "--force",
        action="store_true",
        help="re-create the code layer in any case, and accept what cannot be healed",
    )
    added.add_argument(
        "--plan",
        action="store_true",
        help="print what would be done and change nothing; pending migrations are tried in a "
        "transaction that is rolled back, so their locks are taken for up to five seconds, as "
        "migrating takes them",
    )
    _add_patience(added)

    added = command("rollback", rollback)
    target = added.add_mutually_exclusive_group(required=True)
    target.add_argument("--to", type=_whole, metavar="N", help="the newest migration to keep")
    target.add_argument("--all", action="store_true", help="undo every migration")
    target.add_argument(
        "--code",
        type=Path,
        metavar="FOLDER",
        help="an older checkout: undo what it does not have, and load its code layer with it",
    )
    added.add_argument("--yes", action="store_true", help="do not ask")
    _add_patience(added)

    added = command("status", status)
    added.add_argument("--json", action="store_true", help="all of it as JSON, with the history")
    added.add_argument(
        "--history", action="store_true", help="who applied and undid what, when, and how long"
    )

    command("dump-schema", dump_schema)

    added = command("create-user", create_user)
    added.add_argument("--email", required=True)
    added.add_argument("--name", required=True)
    added.add_argument("--role", required=True, choices=ROLES)
    added.add_argument("--password", metavar="VALUE", help="12 to 256 characters")

    command("demo", demo)

    added = command("import-leads", import_leads)
    added.add_argument("file", type=Path, metavar="FILE", help="CSV in UTF-8, with a header")
    added.add_argument("--dry-run", action="store_true", help="only tell what is wrong")

    added = command("psql", psql)
    added.add_argument("--as", dest="as_person", metavar="EMAIL", help="see what this person sees")
    added.add_argument("arguments", nargs="*", help="arguments of psql, after --")

    added = command("why", why)
    added.add_argument("--as", dest="as_person", required=True, metavar="EMAIL", help="who sees")
    added.add_argument("table", metavar="TABLE", help="as the API or SQL calls it: lead, leads")
    added.add_argument("id", type=_id, metavar="ID", help="the row's id")

    added = command("grant-sql", grant_sql)
    added.add_argument("--email", required=True)
    added.add_argument("--login", required=True)
    added.add_argument(
        "--password-stdin", action="store_true", help="read the password instead of making one"
    )
    added.add_argument(
        "--read-only", action="store_true", help="a login that writes nothing, whoever it is"
    )

    added = command("revoke-sql", revoke_sql)
    added.add_argument("--login", required=True)

    added = command("defuse", defuse)
    added.add_argument("--yes", action="store_true", help="do not ask")
    added.add_argument("--force", action="store_true", help="also while it is served")

    command("openapi", print_openapi)

    for name, send in (("mail", send_mail), ("webhooks", send_hooks)):
        added = command(name, send)
        added.add_argument("--once", action="store_true", help="send what is due now, and end")

    jobs = commands.add_parser("jobs", help="Run scheduled work by hand.")
    jobs_commands = jobs.add_subparsers(metavar="COMMAND", required=True, parser_class=Parser)
    added = jobs_commands.add_parser("run", help=run_job.__doc__, description=run_job.__doc__)
    added.set_defaults(run=run_job)
    added.add_argument("name", metavar="NAME")
    added.add_argument("--on", type=_day, metavar="DATE", help="YYYY-MM-DD, default today")
    added.add_argument(
        "--repeat", action="store_true", help="again, until a run finds nothing more to do"
    )
    return parser


def _add_patience(parser: argparse.ArgumentParser) -> None:
    usual = Patience()
    parser.add_argument(
        "--lock-timeout",
        type=_seconds,
        default=usual.lock_timeout,
        metavar="SECONDS",
        help="how long a try waits for a lock, and others behind it; default %(default)g",
    )
    parser.add_argument(
        "--patience",
        type=_seconds,
        default=usual.total,
        metavar="SECONDS",
        help="how long to go on trying for the locks of one step; default %(default)g",
    )


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0.001 <= seconds <= LONGEST_WAIT_S:
        raise argparse.ArgumentTypeError(
            f"expected seconds from 0.001 to {LONGEST_WAIT_S}, got {text!r}"
        )
    return seconds


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"expected a whole number, got {text!r}")
    return int(text)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected an id (UUID), got {text!r}") from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected YYYY-MM-DD, got {text!r}") from None


if __name__ == "__main__":
    sys.exit(main())
