"""The command line: ``python -m api``."""

import argparse
import asyncio
import ipaddress
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import psycopg
import uvicorn
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from uvicorn.supervisors import Multiprocess

from api import logs
from api.background.deliveries import Kind, Tally, outbox, until_stopped
from api.background.mail import send_mails
from api.background.webhooks import send_webhooks
from api.database import drift, embedded, migrations, soundness
from api.database.checkout import SQL
from api.database.embedded import EmbeddedError, EmbeddedServer
from api.database.migrations import Installed
from api.database.refusals import MigrationError
from api.http import openapi
from api.http.app import StartupError, load_catalog, plans_of
from api.http.connections import BoundedProtocol
from api.http.passwords import BEGIN_LOGIN, Hasher
from api.http.tables import Row, parse_csv
from api.settings import LOG_LEVELS, Settings

DEMO = SQL / "demo"
MAIL_EVERY_S = 10.0
WEBHOOKS_EVERY_S = 5.0
DEMO_PASSWORD = "play-it-again"  # noqa: S105 (no secret: it is printed wherever it works)
DEMO_LOGINS = tuple(
    f"{name}@ostinato.example" for name in ("director", "office", "staff", "teacher", "student")
)
UNREAD_MS = 30_000
PSQL_LOGIN = "ostinato_psql_"
PSQL_LASTS = timedelta(hours=12)
ROLES = ("super_admin", "admin", "staff", "teacher", "student")


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


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaint is a single line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 not so, 2 wrong value, no server."""
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
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
        message = f"database: {_one_line(error)}"
    except psycopg.Error as error:
        message = _one_line(error)
    print(f"ostinato: {message}", file=sys.stderr)
    return 2


def serve(settings: Settings, chosen: argparse.Namespace) -> int:
    """Serve HTTP until SIGTERM or SIGINT."""
    with _listener(settings) as listener:
        is_local = ipaddress.ip_address(listener.getsockname()[0]).is_loopback
        if chosen.demo_when_empty and not is_local:
            raise CommandError(
                "--demo-when-empty: everybody knows its passwords, so it needs HOST on loopback,"
                f" not {settings.host}"
            )
        return _serve(settings, chosen, listener, is_local)


def _serve(
    settings: Settings, chosen: argparse.Namespace, listener: socket.socket, is_local: bool
) -> int:
    with _database(settings) as database:
        if database.gateway is None:
            raise CommandError("DATABASE_URL is not set, though another login is")
        if database.is_embedded or chosen.migrate:
            _migrate(settings, database.owner_or_refuse())
        else:
            _require_served(migrations.gateway_installed(database.gateway), ", or serve --migrate")
        _check_application(database.gateway)
        if chosen.demo_when_empty and database.is_embedded:
            _load_demo_when_empty(database.owner_or_refuse())
        if not is_local:
            _warn_of_demo_logins(database.gateway, settings.host)
        host, port = listener.getsockname()[:2]
        address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        print(f"Ostinato: {address}/v1  (documentation: {address}/docs)", flush=True)
        if is_local and database.is_embedded:
            with psycopg.connect(database.owner_or_refuse()) as connection:
                _print_demo_logins(connection)
        logins = replace(
            settings, database_url=database.gateway, sender_database_url=database.sender
        )
        return _run_workers(logins, listener)


def migrate(settings: Settings, chosen: argparse.Namespace) -> int:
    """Apply pending migrations, re-create the code layer, heal what was changed by hand."""
    with _database(settings) as database:
        _migrate(settings, database.owner_or_refuse(), force=chosen.force)
    return 0


def rollback(settings: Settings, chosen: argparse.Namespace) -> int:
    """Undo migrations, after asking."""
    with _database(settings) as database:
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
    with _database(settings) as database:
        owner = database.owner_or_refuse()
        found = migrations.installed(owner)
        with psycopg.connect(owner, autocommit=True) as connection:
            print(f"server       PostgreSQL {connection.info.parameter_status('server_version')}")
            for migration, state in migrations.states(found).items():
                print(f"{state:<12} {migration}")
            print(f"code layer   {found.code_layer or 'not loaded'}")
            wrong = [f"pending: {line}" for line in migrations.pending(owner)]
            if found.code_layer is not None:
                _revoke_abandoned(connection)
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


def create_user(settings: Settings, chosen: argparse.Namespace) -> int:
    """Create a user; print an activation token, or set the password given."""
    password = chosen.password
    hashed = None if password is None else _hash(password)
    with _ready_owner(settings) as connection:
        answer = _value(
            connection,
            "select auth.create_user_from_console(p_email => %s, p_name => %s, p_role => %s,"
            " p_password_hash => %s, p_password_length => %s)",
            chosen.email,
            chosen.name,
            chosen.role,
            hashed,
            None if password is None else len(password),
        )
    print(f"{chosen.role} {chosen.email} created, id {answer['id']}")
    if activation := answer.get("activation"):
        print(f"activation token (until {activation['expiresAt']}): {activation['token']}")
    return 0


def demo(settings: Settings, chosen: argparse.Namespace) -> int:
    """Load the demonstration school."""
    with _ready_owner(settings) as connection:
        _load_demo(connection)
        _print_demo_logins(connection)
    return 0


def import_leads(settings: Settings, chosen: argparse.Namespace) -> int:
    """Add the leads of a CSV file, all or none; 1 when something in it is wrong."""
    rows = _read_rows(chosen.file)
    with _ready_owner(settings) as connection:
        verb = "checking" if chosen.dry_run else "importing"
        print(f"{verb} {max(len(rows) - 1, 0)} rows", file=sys.stderr, flush=True)
        try:
            answer = _value(
                connection,
                "select api.import_leads(p_rows => %s::jsonb, p_dry_run => %s)",
                json.dumps(rows),
                chosen.dry_run,
            )
        except psycopg.Error as error:
            raise CommandError(f"{chosen.file}: {_refusal(error)}") from error
    for wrong in answer["errors"]:
        place = f"{wrong['line']}:{wrong['column']}" if wrong["column"] else f"{wrong['line']}"
        print(f"{place}: {wrong['message']}")
    if answer["errors"]:
        print(f"{len(answer['errors'])} errors; nothing was imported", file=sys.stderr)
        return 1
    if chosen.dry_run:
        print(f"{answer['rows']} rows could be imported")
    else:
        print(f"{answer['created']} leads imported")
    return 0


def psql(settings: Settings, chosen: argparse.Namespace) -> int:
    """Open psql as the owner, or as a person under a login that lives as long as psql does."""
    with _database(settings) as database:
        owner = database.owner_or_refuse()
        program = _psql_program(database)
        if chosen.as_person is None:
            return _psql(program, owner, chosen.arguments)
        _require_current(settings, database)
        login = f"{PSQL_LOGIN}{secrets.token_hex(6)}"
        named = make_conninfo(owner, application_name=login)  # tells that we are there
        with psycopg.connect(named, autocommit=True) as connection:
            _revoke_abandoned(connection)
            row = connection.execute(
                "select d.login from auth.direct_logins as d join school.users as u"
                " on u.id = d.user_id where u.email = school.clean_email(%s)",
                (chosen.as_person,),
            ).fetchone()
            if row is not None:
                person = make_conninfo(owner, user=row[0], password="")
                return _psql(program, person, chosen.arguments)
            signal.signal(signal.SIGHUP, _leave)  # a terminal that is closed ends the login, too
            password = _value(
                connection,
                "select auth.grant_sql(p_email => %s, p_login => %s)",
                chosen.as_person,
                login,
            )
            try:
                connection.execute(
                    sql.SQL("alter role {} valid until {}").format(
                        sql.Identifier(login), (datetime.now(UTC) + PSQL_LASTS).isoformat()
                    )
                )
                conninfo = make_conninfo(owner, user=login, password=password)
                return _psql(program, conninfo, chosen.arguments)
            finally:
                connection.execute("select auth.revoke_sql(p_login => %s)", (login,))


def grant_sql(settings: Settings, chosen: argparse.Namespace) -> int:
    """Give a person a login for direct SQL; print its password unless one was given."""
    given = None
    if chosen.password_stdin:
        given = sys.stdin.readline().rstrip("\r\n")
        if not given:
            raise CommandError("--password-stdin: no password on standard input")
    with _ready_owner(settings) as connection:
        connection.add_notice_handler(lambda notice: print(notice.message_primary, file=sys.stderr))
        password = _value(
            connection,
            "select auth.grant_sql(p_email => %s, p_login => %s, p_password => %s,"
            " p_read_only => %s)",
            chosen.email,
            chosen.login,
            given,
            chosen.read_only,
        )
    print(f"login {chosen.login} for {chosen.email}" + (", to read" if chosen.read_only else ""))
    if given is None:
        print(f"password: {password}")
    return 0


def revoke_sql(settings: Settings, chosen: argparse.Namespace) -> int:
    """Take a direct login away and end its connections."""
    with _ready_owner(settings) as connection:
        connection.execute("select auth.revoke_sql(p_login => %s)", (chosen.login,))
    print(f"login {chosen.login} is gone")
    return 0


def print_openapi(settings: Settings, chosen: argparse.Namespace) -> int:
    """Print the OpenAPI document."""
    with _ready_owner(settings) as connection:
        print(json.dumps(openapi.document(connection), indent=2, ensure_ascii=False))
    return 0


def run_job(settings: Settings, chosen: argparse.Namespace) -> int:
    """Run one job as if on a date; print its run."""
    named = sql.SQL("select to_jsonb(jobs.run(p_name => {}{}))").format(
        sql.Literal(chosen.name),
        sql.SQL("")
        if chosen.on is None
        else sql.SQL(", p_on => {}::date").format(sql.Literal(chosen.on.isoformat())),
    )
    with _ready_owner(settings) as connection:
        row = connection.execute(named).fetchone()
    print(json.dumps(None if row is None else row[0], ensure_ascii=False))
    return 0


def send_mail(settings: Settings, chosen: argparse.Namespace) -> int:
    """Send e-mail from the outbox through SMTP_URL, until SIGTERM or once; 1 when some failed."""
    if settings.smtp_url is None:
        with _sender(settings) as sender:
            kept = asyncio.run(_count_waiting(sender, "email"))
        raise CommandError(f"SMTP_URL is not set; e-mails kept and not sent: {kept}")
    return _send(settings, chosen, send_mails, MAIL_EVERY_S)


def send_hooks(settings: Settings, chosen: argparse.Namespace) -> int:
    """Send webhooks from the outbox, until SIGTERM or once; 1 when some failed."""
    return _send(settings, chosen, send_webhooks, WEBHOOKS_EVERY_S)


def _parser() -> Parser:
    parser = Parser(
        prog="python -m api",
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

    added = command("rollback", rollback)
    target = added.add_mutually_exclusive_group(required=True)
    target.add_argument("--to", type=_whole, metavar="N", help="the newest migration to keep")
    target.add_argument("--all", action="store_true", help="undo every migration")
    added.add_argument("--yes", action="store_true", help="do not ask")

    command("status", status)

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
    return parser


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"expected a whole number, got {text!r}")
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected YYYY-MM-DD, got {text!r}") from None


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


def _one_line(error: psycopg.Error) -> str:
    text = error.diag.message_primary or " ".join(str(error).split())
    return text or type(error).__name__


@contextmanager
def _listener(settings: Settings) -> Iterator[socket.socket]:
    """Take the port before anything heavy; nobody can connect to it yet."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            # Without listening two sockets could share the port, so try that first.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            # Who takes nothing of an answer for so long is cut off by the kernel.
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_MS)
        listener.bind(address)
    except OSError as error:
        raise CommandError(
            f"cannot listen on {settings.host} port {settings.port}: {error.strerror}"
        ) from error
    with listener:
        listener.set_inheritable(True)
        yield listener


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    """Give the database of the settings; the embedded server runs as long as the context does."""
    given = {
        "DATABASE_URL": settings.database_url,
        "OWNER_DATABASE_URL": settings.owner_database_url,
        "SENDER_DATABASE_URL": settings.sender_database_url,
    }
    if any(given.values()):
        for name, value in given.items():
            try:
                conninfo_to_dict(value or "")
            except psycopg.ProgrammingError as error:
                raise CommandError(f"{name}: {_one_line(error)}") from None
        yield Database(
            settings.owner_database_url,
            settings.database_url,
            settings.sender_database_url,
            is_embedded=False,
        )
        return
    with EmbeddedServer(settings.data_dir) as server:
        yield Database(server.owner, server.gateway, server.sender, is_embedded=True)


@contextmanager
def _sender(settings: Settings) -> Iterator[Settings]:
    """Give the settings with the senders' login, to a database that is up to date if embedded."""
    with _database(settings) as database:
        if database.sender is None:
            raise CommandError(
                "SENDER_DATABASE_URL is not set: the outbox is open to the login school_sender only"
            )
        if database.is_embedded:
            _bring_up_to_date(settings, database)
        yield replace(settings, sender_database_url=database.sender)


async def _count_waiting(settings: Settings, kind: Kind) -> int:
    async with outbox(settings) as box:
        return await box.count(kind)


def _send(
    settings: Settings,
    chosen: argparse.Namespace,
    send: Callable[[Settings], Coroutine[Any, Any, Tally]],
    every_seconds: float,
) -> int:
    with _sender(settings) as sender:
        if not chosen.once:
            logs.configure(settings.log_level)
            asyncio.run(until_stopped(partial(send, sender), every_seconds))
            return 0
        tally = asyncio.run(send(sender))
        print(f"{tally.sent} sent, {tally.failed} failed")
        return 1 if tally.failed else 0


@contextmanager
def _ready_owner(settings: Settings) -> Iterator[psycopg.Connection[Any]]:
    """Give an owner's connection, in one transaction, to a database that is up to date."""
    with _database(settings) as database:
        _require_current(settings, database)
        with psycopg.connect(database.owner_or_refuse()) as connection:
            yield connection


def _require_current(settings: Settings, database: Database) -> None:
    owner = database.owner_or_refuse()
    if database.is_embedded:
        _bring_up_to_date(settings, database)
    else:
        _require_served(migrations.installed(owner))


def _require_served(installed: Installed, besides: str = "") -> None:
    """Refuse a database with migrations to come; one of another version serves, with a warning."""
    standing = migrations.standing_of(installed)
    if waiting := standing.refusals:
        raise CommandError(
            f"migrations are pending ({'; '.join(waiting[:3])}); run: python -m api migrate"
            + besides
        )
    for remark in standing.remarks:
        print(f"warning: {remark}", file=sys.stderr, flush=True)


def _bring_up_to_date(settings: Settings, database: Database) -> None:
    """Migrate when anything differs: another process may be serving the same database."""
    owner = database.owner_or_refuse()
    if migrations.pending(owner):
        _migrate(settings, owner)


def _migrate(settings: Settings, owner: str, *, force: bool = False) -> None:
    migrations.migrate(owner, lambda line: print(line, file=sys.stderr, flush=True), force=force)
    with psycopg.connect(owner) as connection:
        connection.execute("select auth.first_start(p_timezone => %s)", (settings.school_timezone,))
        _revoke_abandoned(connection)


def _check_application(gateway: str) -> None:
    """Refuse here, once and in one line, what would stop every worker alike."""
    try:
        plans_of(load_catalog(gateway))
    except StartupError as error:
        raise CommandError(str(error)) from error


class _QuietServer(uvicorn.Server):
    """A server that ends by returning when a signal stops it, instead of raising it again."""

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        super().run(sockets)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.should_exit = True  # also before the server has handlers of its own


def _run_workers(settings: Settings, listener: socket.socket) -> int:
    # Workers are processes of their own and read the configuration again.
    os.environ["DATABASE_URL"] = settings.database_url or ""
    os.environ["SENDER_DATABASE_URL"] = settings.sender_database_url or ""
    level = "warning" if settings.log_level == "info" else settings.log_level
    config = uvicorn.Config(
        "api.http.app:serve_app",
        factory=True,
        loop="uvloop",
        http=BoundedProtocol,
        ws="none",
        workers=settings.workers,
        log_level=level if level in LOG_LEVELS else "warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=30,
    )
    if settings.workers > 1:
        Multiprocess(config, sockets=[listener]).run()
        return 0
    server = _QuietServer(config)
    server.run([listener])
    return 0 if server.started else 1


def _revoke_abandoned(connection: psycopg.Connection[Any]) -> None:
    """Drop what a killed `psql --as` left behind."""
    unable = suppress(
        psycopg.errors.UndefinedFunction,
        psycopg.errors.InsufficientPrivilege,
        psycopg.errors.ReadOnlySqlTransaction,
    )
    with unable, connection.transaction():
        if count := _value(connection, "select auth.revoke_abandoned_sql()"):
            print(f"{count} logins of psql --as that was killed are gone", file=sys.stderr)


def _psql_program(database: Database) -> str:
    """The wheel's psql has no TLS, so it is for the embedded server, or where there is no other."""
    own = str(embedded.BIN / "psql")
    return own if database.is_embedded else shutil.which("psql") or own


def _psql(program: str, conninfo: str, arguments: Sequence[str]) -> int:
    parameters = {name: str(value) for name, value in conninfo_to_dict(conninfo).items() if value}
    environment = dict(os.environ)
    if password := parameters.pop("password", None):
        environment["PGPASSWORD"] = password  # arguments are visible to every local user
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is psql's
    try:
        return subprocess.run(
            [program, f"--dbname={make_conninfo('', **parameters)}", *arguments],
            check=False,
            env=environment,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        ).returncode
    finally:
        signal.signal(signal.SIGINT, before)


def _load_demo_when_empty(owner: str) -> None:
    with psycopg.connect(owner) as connection:
        connection.execute("select from school.school_settings for no key update")
        if not _value(connection, "select exists (select from school.users)"):
            _load_demo(connection)


def _load_demo(connection: psycopg.Connection[Any]) -> None:
    connection.execute(
        "select set_config('ostinato.demo_password_hash', %s, true),"
        " set_config('ostinato.demo_password_length', %s, true)",
        (_hash(DEMO_PASSWORD), str(len(DEMO_PASSWORD))),
    )
    for path in sorted(DEMO.glob("[0-9]*.sql")):
        connection.execute(path.read_bytes())
        print(f"demonstration school: {path.stem}", file=sys.stderr, flush=True)
    connection.execute("analyze")


def _print_demo_logins(connection: psycopg.Connection[Any]) -> None:
    """Print who may log in with the demonstration's password, which anybody may have changed."""
    rows = connection.execute((DEMO / "logins.sql").read_bytes()).fetchall()
    known = _matching({row[3] for row in rows}, DEMO_PASSWORD)
    if found := [row[:3] for row in rows if row[3] in known]:
        print(f"Demonstration logins, password {DEMO_PASSWORD}:")
        for role, email, name in found:
            print(f"  {role:<11}  {email:<25}  {name}", flush=True)


def _warn_of_demo_logins(gateway: str, host: str) -> None:
    """Tell, on the network, that a password that everybody knows opens the school."""
    found: dict[str, str] = {}
    with psycopg.connect(gateway) as connection:
        for email in DEMO_LOGINS:
            # As a login begins; limits of 0 count nothing.
            cursor = psycopg.RawCursor(connection).execute(BEGIN_LOGIN, (email, None, "0", "0"))
            for (begun,) in cursor.fetchall():
                if hashed := begun.get("passwordHash"):
                    found[email] = hashed
    known = _matching(set(found.values()), DEMO_PASSWORD)
    if opened := [email for email in DEMO_LOGINS if found.get(email) in known]:
        print(
            f"ostinato: warning: anybody who reaches {host} can log in as {', '.join(opened)}:"
            " the demonstration's password is known to all; set others, or disable these users",
            file=sys.stderr,
            flush=True,
        )


def _read_rows(path: Path) -> list[Row]:
    """Read the records of a CSV file; CommandError when it cannot be read or is no CSV."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        if "\x00" in text:
            raise ValueError("it holds a NUL character")
        return parse_csv(text)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{path}: it is not UTF-8") from error
    except ValueError as error:
        raise CommandError(f"{path}: {error}") from error


def _refusal(error: psycopg.Error) -> str:
    """What a function refused, in one line, with the members it names."""
    message = _one_line(error)
    if error.sqlstate != "OS001":
        return message
    wrong = json.loads(error.diag.message_detail or "{}").get("errors", ())
    named = "; ".join(f"{e['pointer'].removeprefix('/')} {e['message']}" for e in wrong)
    return named or message


def _value(connection: psycopg.Connection[Any], query: str, *values: str | int | None) -> Any:  # noqa: ANN401
    row = connection.execute(query.encode(), values).fetchone()
    if row is None:
        raise CommandError("the database gave no answer")
    return row[0]


def _hash(password: str) -> str:
    hasher = Hasher()
    try:
        return asyncio.run(hasher.hash(password))
    finally:
        hasher.close()


def _matching(hashes: set[str], password: str) -> set[str]:
    hasher = Hasher()
    try:
        return {known for known in hashes if asyncio.run(hasher.verify(known, password))}
    finally:
        hasher.close()


if __name__ == "__main__":
    sys.exit(main())
