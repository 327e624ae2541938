"""Direct SQL: psql, and the logins of people who use their own client."""

import argparse
import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from api.console.connecting import (
    CommandError,
    Database,
    leave,
    open_database,
    ready_owner,
    require_current,
    revoke_abandoned,
    value,
)
from api.database import embedded
from api.database.embedded_files import LOOPBACK
from api.settings import Settings

PSQL_LOGIN = "ostinato_psql_"
PSQL_LASTS = timedelta(hours=12)


def psql(settings: Settings, chosen: argparse.Namespace) -> int:
    """Open psql as the owner, or as a person under a login that lives as long as psql does."""
    with open_database(settings) as database:
        owner = database.owner_or_refuse()
        program = _psql_program(database)
        if chosen.as_person is None:
            return _psql(program, owner, chosen.arguments)
        require_current(settings, database)
        login = f"{PSQL_LOGIN}{secrets.token_hex(6)}"
        named = make_conninfo(owner, application_name=login)  # tells that we are there
        with psycopg.connect(named, autocommit=True) as connection:
            revoke_abandoned(connection)
            row = connection.execute(
                "select d.login from auth.direct_logins as d join school.users as u"
                " on u.id = d.user_id where u.email = school.clean_email(%s)",
                (chosen.as_person,),
            ).fetchone()
            if row is not None:
                person = make_conninfo(owner, user=row[0], password="")
                return _psql(program, person, chosen.arguments)
            signal.signal(signal.SIGHUP, leave)  # a terminal that is closed ends the login, too
            password = value(
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
    """Give a person a login for direct SQL; print its URL, and its password if it was made."""
    given = None
    if chosen.password_stdin:
        given = sys.stdin.readline().rstrip("\r\n")
        if not given:
            raise CommandError("--password-stdin: no password on standard input")
    with ready_owner(settings) as connection:
        connection.add_notice_handler(lambda notice: print(notice.message_primary, file=sys.stderr))
        password = value(
            connection,
            "select auth.grant_sql(p_email => %s, p_login => %s, p_password => %s,"
            " p_read_only => %s)",
            chosen.email,
            chosen.login,
            given,
            chosen.read_only,
        )
        url = connection_url(
            connection.info,
            chosen.login,
            password if given is None else None,
            None if settings.owner_database_url else settings.embedded_port,
        )
    print(f"login {chosen.login} for {chosen.email}" + (", to read" if chosen.read_only else ""))
    if given is None:
        print(f"password: {password}")
    print(f"url: {url}")
    return 0


def connection_url(
    info: psycopg.ConnectionInfo, login: str, password: str | None, embedded_port: int | None = None
) -> str:
    """Return how ``login`` reaches the database that ``info`` is connected to: as we reached it, or
    by the port that the embedded server opens."""
    who = quote(login, safe="") + ("" if password is None else f":{quote(password, safe='')}")
    where = f"[{info.host}]" if ":" in info.host else info.host
    settings = {k: v for k, v in info.get_parameters().items() if k == "sslmode"}
    if embedded_port is not None:
        where = f"{LOOPBACK}:{embedded_port}"
    elif info.host.startswith(("/", "@")):
        where, settings = "", {"host": info.host, "port": str(info.port), **settings}
    else:
        where += f":{info.port}"
    url = f"postgresql://{who}@{where}/{quote(info.dbname, safe='')}"
    return url + (f"?{urlencode(settings, quote_via=quote, safe='')}" if settings else "")


def revoke_sql(settings: Settings, chosen: argparse.Namespace) -> int:
    """Take a direct login away and end its connections."""
    with ready_owner(settings) as connection:
        is_gone = value(connection, "select auth.revoke_sql(p_login => %s)", chosen.login)
    if is_gone:
        print(f"login {chosen.login} is gone")
    else:
        print(f"login {chosen.login} is shut out; its role stays, for something hangs on it")
    return 0


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
