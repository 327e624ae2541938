"""``defuse`` makes a restored copy of a school harmless: it sends nothing, no token opens it."""

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from api.background.mail import send_mails
from api.background.scheduler import Jobs
from api.background.webhooks import send_webhooks
from api.database import embedded, migrations
from api.relay import relay_of
from api.settings import Settings
from tests.conventions import matrix
from tests.support.console import Done
from tests.support.mail import Inbox
from tests.support.scheduling import gateway_of
from tests.support.school import PASSWORD, Callers, Conninfo, Database, School
from tests.support.servers import OUTSIDE_SERVER, client_of, running_server

Run = Callable[..., Done]
COUNTS = """
select json_build_object(
  'enabled', (select count(*) from jobs.schedule where is_enabled),
  'active', (select count(*) from school.webhook_endpoints where is_active),
  'pending', (select count(*) from school.deliveries where status = 'pending'),
  'texts', (select count(*) from school.deliveries where body is not null),
  'sessions', (select count(*) from auth.sessions),
  'tickets', (select count(*) from auth.tickets),
  'activations', (select count(*) from auth.activation_tokens),
  'calendars', (select count(*) from auth.calendar_tokens),
  'answers', (select count(*) from auth.idempotency_keys),
  'logins', (select count(*) from auth.direct_logins)
)
"""


@dataclass(frozen=True)
class Copy:
    """A restored copy, and what opened its original: addresses, and an activation token."""

    conninfo: str
    school: School
    ticket: str
    calendar: str
    activation: str

    def of(self, user: str) -> str:
        return make_conninfo(self.conninfo, user=user, password=None)

    def value(self, query: str) -> Any:
        with psycopg.connect(self.conninfo) as connection:
            return connection.execute(query.encode()).fetchall()[0][0]


@pytest.fixture
def copy(
    db: Database,
    school: School,
    call: Callers,
    run: Run,
    conninfo: Conninfo,
    empty_conninfo: str,
) -> Iterator[Copy]:
    """A school with something of everything that waits or opens, dumped and restored."""
    db.prepare_threshold = None
    try:
        school = matrix.world_of(db, school).school
        key = ("--email", "key@school.test", "--name", "Key", "--role", "admin")
        made = run("create-user", *key, "--password", PASSWORD, OWNER_DATABASE_URL=conninfo())
        assert made.returncode == 0, made
        ticket = call("ada")("create_stream_ticket", base_url="")["url"]
        calendar = call("sid")("create_calendar", base_url="")["url"]
        activation = call("ada")("create_activation", user_id=school["sue"])["token"]
        dump, restore = (
            str(shutil.which(name) if OUTSIDE_SERVER else embedded.BIN / name)
            for name in ("pg_dump", "psql")
        )
        text = subprocess.run(
            [dump, "--dbname", conninfo()], check=True, capture_output=True
        ).stdout
        quiet = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname", empty_conninfo)
        subprocess.run([restore, *quiet], check=True, capture_output=True, input=text)
        migrations.migrate(empty_conninfo, lambda line: None)
        yield Copy(empty_conninfo, school, ticket, calendar, activation)
    finally:
        matrix.revoke_logins(db)


@pytest.mark.unsound("the school of the matrix is filled without its triggers")
def test_a_defused_copy_sends_nothing_and_opens_to_passwords_alone(
    db: Database, copy: Copy, run: Run, settings: Settings, inbox: Inbox
) -> None:
    before = copy.value(COUNTS)
    assert min(before.values()) > 0, before
    original = db.execute(COUNTS).fetchall()
    done = run("defuse", "--yes", OWNER_DATABASE_URL=copy.conninfo)
    assert (done.returncode, done.stderr) == (0, "")
    *lines, last = done.stdout.splitlines()
    told = {line.strip().partition(" ")[2]: int(line.split()[0]) for line in lines}
    assert told == {
        "jobs switched off": before["enabled"],
        "webhooks switched off": before["active"],
        "e-mails and webhooks given up": before["pending"],
        "sessions ended": before["sessions"],
        "tickets ended": before["tickets"],
        "activation tokens ended": before["activations"],
        "calendar addresses ended": before["calendars"],
        "kept answers forgotten": before["answers"],
        "logins that are nobody's here": before["logins"],
    }
    assert last.endswith(" is defused; passwords are as they were")
    assert set(copy.value(COUNTS).values()) == {0}
    assert db.execute(COUNTS).fetchall() == original
    here = replace(
        settings,
        database_url=copy.of("school_gateway"),
        sender_database_url=copy.of("school_sender"),
        relay=relay_of(inbox.url, None),
        webhook_allow=settings.webhook_allow,
    )
    asyncio.run(its_clock(here))
    assert inbox.messages == []
    assert copy.value("select count(*) from jobs.runs where session_login = 'school_gateway'") == 0
    assert_no_token_opens(here, copy)
    for name in matrix.ROLES:
        login = matrix.login_of(db, name)
        with psycopg.connect(copy.conninfo, autocommit=True) as connection:
            connection.execute(f"set session authorization {login}".encode())
            seen = connection.execute("select count(*) from school.courses").fetchone()
            assert seen == (0,), name


async def its_clock(settings: Settings) -> None:
    """What a process that serves the copy does by the clock."""
    mail, hooks = await send_mails(settings), await send_webhooks(settings)
    assert (mail.sent, hooks.sent) == (0, 0)
    async with gateway_of(settings) as gateway:
        await Jobs(gateway).run_due()


def assert_no_token_opens(settings: Settings, copy: Copy) -> None:
    with running_server(settings) as server:
        for person in ("root", "ada", "sam", "tom", "sid"):
            with client_of(server.url, copy.school.token(person)) as client:
                assert client.get("/v1/me").status_code == 401
        with client_of(server.url) as nobody:
            assert nobody.get(copy.ticket).status_code == 401
            assert nobody.get(copy.calendar).status_code == 404
            asked = {"token": copy.activation, "password": PASSWORD}
            refused = nobody.post("/v1/auth/activate", json=asked)
            assert refused.json()["code"] == "invalid_token"
            asked = {"email": "key@school.test", "password": PASSWORD}
            assert nobody.post("/v1/auth/login", json=asked).status_code == 200


def test_a_database_that_is_served_is_left_alone_unless_forced(
    db: Database, school: School, run: Run, conninfo: Conninfo
) -> None:
    owner = {"OWNER_DATABASE_URL": conninfo()}
    sessions = "select count(*) from auth.sessions"
    before = db.execute(sessions).fetchall()
    for user in ("school_gateway", "school_sender"):
        with psycopg.connect(conninfo(user)):
            done = run("defuse", "--yes", **owner)
            assert (done.returncode, done.stdout) == (2, "")
            assert done.stderr == (
                "ostinato: This database is served at this moment: it may be no copy.\n"
            )
    assert db.execute(sessions).fetchall() == before != [(0,)]
    with psycopg.connect(conninfo("school_gateway")):
        assert run("defuse", "--yes", "--force", **owner).returncode == 0
    assert db.execute(sessions).fetchall() == [(0,)]


def test_it_asks_for_the_name_of_the_database(
    db: Database,
    school: School,
    run: Run,
    conninfo: Conninfo,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    owner = {"OWNER_DATABASE_URL": conninfo()}
    sessions = "select count(*) from auth.sessions"
    before = db.execute(sessions).fetchall()
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False)
    done = run("defuse", **owner)
    assert (done.returncode, done.stdout) == (2, "")
    name = str(conninfo_to_dict(conninfo())["dbname"])
    assert done.stderr == f"ostinato: to defuse the database {name}, confirm with --yes\n"
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    for typed in ("", "yes", name.upper()):
        monkeypatch.setattr("builtins.input", lambda prompt, typed=typed: typed)
        done = run("defuse", **owner)
        assert (done.returncode, done.stdout.splitlines()[-1]) == (1, "Nothing was changed.")
        assert name in done.stdout
    assert db.execute(sessions).fetchall() == before
    monkeypatch.setattr("builtins.input", lambda prompt: f" {name} ")
    assert run("defuse", **owner).returncode == 0
    assert db.execute(sessions).fetchall() == [(0,)]
