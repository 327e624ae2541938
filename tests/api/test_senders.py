"""The outbox has a login of its own, and what waited in it for too long is sent to nobody."""

import asyncio
import io
import logging
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import sql

from api.background.deliveries import Tally, outbox
from api.background.mail import bury_old_mails, send_mails
from api.background.webhooks import send_webhooks
from api.console.application import create_app, sending
from api.relay import relay_of
from api.settings import Settings
from tests.conventions import matrix
from tests.support.asking import callable_functions
from tests.support.console import Done
from tests.support.mail import Inbox
from tests.support.school import NOW, Clock, School

Database = psycopg.Connection[Any]
Run = Callable[..., Done]

SENDERS_FUNCTIONS = {
    "jobs.bury_mails",
    "jobs.claim_mails",
    "jobs.claim_webhooks",
    "jobs.count_waiting",
    "jobs.finish_delivery",
}
RELAY = relay_of("smtp://x?from=a@b.cc", None)
OUTBOX = "select type, status, body is null, last_error from school.deliveries order by sequence"


def at(clock: Clock, **passed: float) -> None:
    clock.set((datetime.fromisoformat(NOW) + timedelta(**passed)).isoformat())


@pytest.fixture
def waiting(db: Database, school: School, call: Callable[..., Any]) -> Callable[..., None]:
    """``waiting(3)``: put notifications and an invitation into the outbox, and nothing else."""
    db.execute("delete from school.deliveries")

    def put(count: int) -> None:
        for number in range(count):
            name = f"p{db.info.backend_pid}.{number}@school.test"
            call("ada")("create_user", name=name, role="staff", email=name)

    return put


# --- who may -----------------------------------------------------------------------------------


def test_the_sender_reads_no_table_and_calls_its_few_functions(
    school: School, conninfo: Callable[..., str]
) -> None:
    with psycopg.connect(conninfo("school_sender"), autocommit=True) as sender:
        called = callable_functions(sender)
        assert called == SENDERS_FUNCTIONS
        for role in (*matrix.ROLES.values(), "owner", "gateway"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                sender.execute(sql.SQL("set role {}").format(sql.Identifier(f"school_{role}")))


def test_nobody_but_the_sender_takes_anything_from_the_outbox(
    db: Database, waiting: Callable[..., None], conninfo: Callable[..., str]
) -> None:
    """Not the gateway, whose requests strangers write, nor any role that it takes."""
    waiting(1)
    roles = [
        name
        for (name,) in db.execute(
            "select rolname from pg_catalog.pg_roles where rolname ~ '^school_'"
            " and rolname not in ('school_owner', 'school_sender')"
        )
    ]
    assert "school_gateway" in roles
    for function in SENDERS_FUNCTIONS:
        granted = db.execute(
            "select r.name from unnest(%s::text[]) as r (name) join pg_catalog.pg_proc as p"
            " on format('%%s.%%s', p.pronamespace::regnamespace, p.proname) = %s"
            " where has_function_privilege(r.name, p.oid, 'execute')",
            (roles, function),
        ).fetchall()
        assert granted == [], function
    with (
        psycopg.connect(conninfo("school_gateway"), autocommit=True) as gateway,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        gateway.execute("select jobs.claim_mails(1, 60, 72)")
    assert db.execute("select attempts from school.deliveries").fetchall() == [(0,)]


def test_the_senders_own_time_outs_bind_it(conninfo: Callable[..., str], school: School) -> None:
    with psycopg.connect(conninfo("school_sender"), autocommit=True) as sender:
        for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
            assert sender.execute(f"show {name}".encode()).fetchone() != ("0",)


@pytest.mark.settings(scheduler="auto", sender_database_url=None, relay=RELAY)
def test_without_a_login_for_it_nothing_is_sent_and_the_log_says_why(
    school: School, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    create_app(settings)
    said = [r.message for r in caplog.records if "SENDER_DATABASE_URL" in r.message]
    assert said == ["no e-mail and no webhook is sent from here: SENDER_DATABASE_URL is not set"]
    assert sending(settings) == []
    caplog.clear()
    create_app(replace(settings, scheduler="off"))
    assert "SENDER_DATABASE_URL" not in caplog.text


@pytest.mark.parametrize("user", ["school_gateway", ""])
def test_another_login_than_the_senders_is_refused(
    school: School, settings: Settings, conninfo: Callable[..., str], user: str
) -> None:
    other = replace(settings, sender_database_url=conninfo(user), relay=RELAY)
    for send in (send_mails, send_webhooks):
        with pytest.raises(ValueError, match="expected school_sender"):
            asyncio.run(send(other))


def test_the_commands_that_send_want_the_senders_login(
    school: School,
    conninfo: Callable[..., str],
    run: Run,
) -> None:
    for command in ("mail", "webhooks"):
        done = run(
            command,
            "--once",
            DATABASE_URL=conninfo("school_gateway"),
            OWNER_DATABASE_URL=conninfo(),
            SENDER_DATABASE_URL="",
            SMTP_URL="smtp://x?from=a@b.cc",
        )
        assert done == Done(
            2,
            "",
            "ostinato: SENDER_DATABASE_URL is not set: the outbox is open to the login"
            " school_sender only\n",
        )
        done = run(
            command,
            "--once",
            SENDER_DATABASE_URL=conninfo("school_gateway"),
            SMTP_URL="smtp://x?from=a@b.cc",
        )
        assert (done.returncode, done.stderr) == (
            2,
            "ostinato: SENDER_DATABASE_URL logs in as school_gateway, expected school_sender\n",
        )


# --- old mail ----------------------------------------------------------------------------------


def test_mail_that_waited_for_too_long_is_dead_and_sent_to_nobody(
    db: Database,
    settings: Settings,
    clock: Clock,
    waiting: Callable[..., None],
    inbox: Inbox,
    call: Callable[..., Any],
    school: School,
) -> None:
    """A copy of production is started, or SMTP_URL appears: what happened today is told, alone."""
    call("ada")("block_admission", admission_id=school["sid_admission"])
    old = len(db.execute(OUTBOX).fetchall())
    assert old == 4, "root, sam, sid and tom"
    at(clock, hours=71)
    call("ada")("unblock_admission", admission_id=school["sid_admission"])
    at(clock, hours=72, seconds=1)
    sent = asyncio.run(send_mails(replace(settings, relay=relay_of(inbox.url, None))))
    assert (sent.sent, sent.failed) == (old, 0)
    assert {m["Subject"].partition(":")[0] for m in inbox.messages} == {"Admission unblocked"}
    rows = db.execute(OUTBOX).fetchall()
    assert rows[:old] == [("admission.blocked", "dead", True, "It is too old to be sent.")] * old
    assert {row[:3] for row in rows[old:]} == {("admission.unblocked", "sent", True)}
    dead = call("ada")("list_deliveries", status="dead")["items"]
    assert {item["lastError"] for item in dead} == {"It is too old to be sent."}
    # A super_admin who wants one sent all the same says so; from then on it is young.
    call("root")("retry_delivery", delivery_id=dead[0]["id"])
    assert asyncio.run(send_mails(replace(settings, relay=relay_of(inbox.url, None)))) == Tally(
        1, 0
    )
    assert inbox.recipients[-1] == [dead[0]["address"]]


@pytest.mark.settings(mail_max_age_hours=5)
def test_the_age_is_a_setting_and_a_claim_judges_it_too(
    db: Database,
    settings: Settings,
    clock: Clock,
    waiting: Callable[..., None],
) -> None:
    waiting(2)
    at(clock, hours=5)

    async def claim() -> list[Any]:
        async with outbox(settings) as box:
            return await box.claim("claim_mails", 1, 60, settings.mail_max_age_hours)

    assert len(asyncio.run(claim())) == 1
    at(clock, hours=5, minutes=1)
    with db.transaction():
        # What another holds is skipped by the burial, and must not be claimed a moment later.
        db.execute(
            "create or replace function jobs.bury_mails(p_max_age_hours integer) returns integer"
            " language sql volatile security definer set search_path = '' as 'select 0'"
        )
    assert asyncio.run(claim()) == []
    assert db.execute(OUTBOX).fetchall()[1][1:] == ("dead", True, "It is too old to be sent.")


def test_where_nothing_sends_the_scheduler_gives_old_mail_up(
    db: Database,
    settings: Settings,
    clock: Clock,
    waiting: Callable[..., None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    assert settings.relay is None
    names = [duty.name for duty in sending(settings)]
    assert names == ["webhooks", "old e-mail"]
    waiting(3)
    asyncio.run(bury_old_mails(settings))
    assert [row[1] for row in db.execute(OUTBOX)] == ["pending"] * 3
    at(clock, hours=73)
    asyncio.run(bury_old_mails(settings))
    assert [row[1:] for row in db.execute(OUTBOX)] == [
        ("dead", True, "It is too old to be sent.")
    ] * 3
    assert "e-mails given up because SMTP_URL is not set: 3" in caplog.text


def test_a_text_that_went_with_its_token_is_not_sent_again(
    db: Database, clock: Clock, settings: Settings, waiting: Callable[..., None], call: Any
) -> None:
    waiting(1)
    at(clock, hours=73)
    asyncio.run(bury_old_mails(settings))
    (delivery_id,) = db.execute("select id::text from school.deliveries").fetchone() or ("",)
    with pytest.raises(Exception, match="make another activation"):
        call("root")("retry_delivery", delivery_id=delivery_id)


def test_a_month_is_the_longest_that_mail_may_wait() -> None:
    assert Settings.from_environment({}).mail_max_age_hours == 72
    for wrong in ("0", "721", "-1", "x"):
        with pytest.raises(ValueError, match="MAIL_MAX_AGE_HOURS"):
            Settings.from_environment({"MAIL_MAX_AGE_HOURS": wrong})


# --- granting logins ---------------------------------------------------------------------------


def test_a_login_is_granted_with_a_password_that_is_read_or_printed(
    db: Database,
    school: School,
    conninfo: Callable[..., str],
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    owner = {"OWNER_DATABASE_URL": conninfo()}
    name = matrix.login_of(db, "sam")
    chosen = ("grant-sql", "--email", "sam@school.test", "--login", name)
    try:
        monkeypatch.setattr(sys, "stdin", io.StringIO(""))
        done = run(*chosen, "--password-stdin", **owner)
        assert (done.returncode, done.stdout) == (2, "")
        monkeypatch.setattr(sys, "stdin", io.StringIO("a password of sam's\n"))
        done = run(*chosen, "--password-stdin", "--read-only", **owner)
        said, url = done.stdout.splitlines()
        assert (done.returncode, done.stderr) == (0, "")
        assert said == f"login {name} for sam@school.test, to read"
        assert url.startswith(f"url: postgresql://{name}@"), "without the password, which is known"
        kept = db.execute(
            "select d.read_only, r.rolconnlimit from auth.direct_logins as d"
            " join pg_catalog.pg_roles as r on r.rolname = d.login where d.login = %s",
            (name,),
        )
        assert kept.fetchone() == (True, 5)
        assert run("revoke-sql", "--login", name, **owner).returncode == 0
        done = run(*chosen, **owner)
        assert done.returncode == 0
        said, password, url = done.stdout.splitlines()
        assert said == f"login {name} for sam@school.test"
        assert len(password.removeprefix("password: ")) >= 32
        with psycopg.connect(url.removeprefix("url: ")) as sam:
            assert sam.execute("select auth.user_id()::text").fetchone() == (school["sam"],)
            assert sam.info.password == password.removeprefix("password: ")
        kept = db.execute("select read_only from auth.direct_logins where login = %s", (name,))
        assert kept.fetchone() == (False,)
    finally:
        matrix.revoke_logins(db)
