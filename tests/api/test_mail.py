"""E-mail through a real SMTP server on loopback."""

import asyncio
import email
import email.policy
import os
import signal
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from email.headerregistry import Address
from typing import Any

import pytest

from api.background.deliveries import Tally
from api.background.mail import message_of, send_mails
from api.relay import relay_of
from api.settings import Settings
from tests.support.asking import one
from tests.support.console import console_process
from tests.support.mail import Inbox
from tests.support.school import NOW, Callers, Clock, Conninfo, Database, School
from tests.support.servers import Client, Http


@pytest.fixture
def mail(db: Database, school: School, settings: Settings) -> Any:
    """``mail(url)``: send what is due through that server, and return the tally."""
    db.execute("delete from school.deliveries")
    return lambda url: asyncio.run(send_mails(replace(settings, relay=relay_of(url, None))))


@pytest.fixture
def mail_command(mail: Callable[..., Any], conninfo: Conninfo) -> Any:
    """``mail_command(url, *arguments)``: a process that runs ``python -m api mail``."""

    def start(url: str, *arguments: str) -> Any:
        return console_process(
            "mail",
            *arguments,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            SENDER_DATABASE_URL=conninfo("school_sender"),
            SMTP_URL=url,
        )

    return start


def states(db: Database) -> Any:
    return db.execute(
        "select address, status, attempts from school.deliveries order by sequence"
    ).fetchall()


def test_an_invitation_arrives_and_its_token_opens_the_account(
    db: Database,
    school: School,
    call: Callers,
    client: Client,
    http: Http,
    inbox: Inbox,
    mail: Callable[..., Any],
) -> None:
    made = client("ada").post(
        "/v1/users", json={"name": "Zoë Ångström", "role": "staff", "email": "zoe@school.test"}
    )
    assert made.status_code == 201
    assert mail(inbox.url) == Tally(1, 0)
    [message] = inbox.messages
    assert inbox.recipients == [["zoe@school.test"]]
    delivery = one(db, "select id::text from school.deliveries")
    assert message["From"] == "School <school@school.test>"
    assert message["To"].addresses == (Address("Zoë Ångström", "zoe", "school.test"),)
    assert message["Subject"] == "My music school: set your password"
    assert message["Message-ID"] == f"<{delivery}@school.test>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime.year >= 2026
    assert message.get_content_type() == "text/plain"
    assert message.get_content_charset() == "utf-8"
    text = message.get_content()
    assert text.startswith("Hello Zoë Ångström,")
    token = made.json()["activation"]["token"]
    assert token in text
    kept = db.execute("select array_agg(to_jsonb(d)::text) from school.deliveries as d").fetchone()
    assert token not in str(kept)
    answer = http().post("/v1/auth/activate", json={"token": token, "password": "p" * 12})
    assert answer.status_code == 200
    assert mail(inbox.url) == Tally(0, 0)
    assert len(inbox.messages) == 1


def test_approval_of_an_access_request_arrives(
    db: Database, school: School, client: Client, http: Http, inbox: Inbox, mail: Callable[..., Any]
) -> None:
    asked = {"email": "new@school.test", "name": "New", "role": "teacher"}
    assert http().post("/v1/access-requests", json=asked).status_code == 202
    [request] = client("ada").get("/v1/access-requests").json()["items"]
    client("ada").post(f"/v1/access-requests/{request['id']}/approve", json={})
    assert mail(inbox.url).failed == 0
    by_recipient = {to[0]: message for to, message in zip(inbox.recipients, inbox.messages)}  # noqa: B905
    assert by_recipient.keys() == {"ada@school.test", "root@school.test", "new@school.test"}
    assert by_recipient["ada@school.test"]["Subject"] == "Somebody asks to be let in: New"
    assert by_recipient["new@school.test"]["Subject"] == "My music school: you are let in"


def test_a_name_full_of_line_breaks_makes_no_header(
    db: Database, school: School, client: Client, http: Http, inbox: Inbox, mail: Callable[..., Any]
) -> None:
    evil = "Eve\r\nBcc: all@school.test\r\n\r\nHello"
    asked = {"email": "eve@school.test", "name": evil, "role": "staff"}
    assert http().post("/v1/access-requests", json=asked).status_code == 202
    db.execute("update school.users set name = %s where name = 'Ada'", (evil,))
    assert mail(inbox.url).failed == 0
    assert sorted(to for [to] in inbox.recipients) == ["ada@school.test", "root@school.test"]
    for message in inbox.messages:
        assert "Bcc" not in message
        assert message["Subject"] == "Somebody asks to be let in: Eve Bcc: all@school.test Hello"
        assert len(message["To"].addresses) == 1


def test_a_local_part_with_a_comma_is_one_recipient(db: Database, school: School) -> None:
    relay = relay_of("smtp://mail.test", "s@school.test")
    given = {"id": "1", "address": "a,b@c.test", "name": "A", "subject": "S", "body": "B"}
    message = message_of(relay, given, datetime.fromisoformat(NOW))
    [address] = email.message_from_bytes(bytes(message), policy=email.policy.default)[
        "To"
    ].addresses
    assert (address.username, address.domain) == ("a,b", "c.test")


def test_refusals_are_retried_later_and_unknown_people_given_up(
    db: Database,
    school: School,
    call: Callers,
    clock: Clock,
    inbox: Inbox,
    mail: Callable[..., Any],
) -> None:
    for person in ("tom", "tia"):
        call("ada")(
            "assign_lead",
            lead_id=school["sues"],
            assigned_teacher_id=school[person],
            present=["assigned_teacher_id"],
        )
    inbox.refused["tia@school.test"] = "550 nobody of that name"
    inbox.replies.append("451 come back later")
    assert mail(inbox.url) == Tally(0, 2)
    assert states(db) == [("tom@school.test", "pending", 1), ("tia@school.test", "dead", 1)]
    errors = db.execute("select last_error from school.deliveries order by sequence").fetchall()
    assert errors == [("451 come back later",), ("550 nobody of that name",)]
    assert mail(inbox.url) == Tally(0, 0)
    clock.set((datetime.fromisoformat(NOW) + timedelta(minutes=1)).isoformat())
    assert mail(inbox.url) == Tally(1, 0)
    assert inbox.recipients == [["tom@school.test"]]


def test_a_server_out_of_reach_costs_an_attempt_and_no_mail(
    db: Database,
    school: School,
    call: Callers,
    clock: Clock,
    inbox: Inbox,
    mail: Callable[..., Any],
    mail_command: Callable[..., Any],
) -> None:
    call("ada")("create_user", name="Neo", role="staff", email="neo@school.test")
    process = mail_command("smtp://127.0.0.1:1?from=s@school.test", "--once")
    assert process.communicate(timeout=60)[0] == "0 sent, 1 failed\n"
    assert process.returncode == 1
    assert states(db) == [("neo@school.test", "pending", 1)]
    error = one(db, "select last_error from school.deliveries")
    assert error.startswith("cannot reach the SMTP server: ")
    clock.set((datetime.fromisoformat(NOW) + timedelta(minutes=1)).isoformat())
    assert mail(inbox.url).failed == 0
    assert len(inbox.messages) == 1


def test_without_a_server_mails_are_kept_and_visible(
    db: Database, school: School, call: Callers, mail_command: Callable[..., Any]
) -> None:
    call("ada")("create_user", name="Neo", role="staff", email="neo@school.test")
    process = mail_command("", "--once")
    assert process.communicate(timeout=60) == (
        "",
        "ostinato: SMTP_URL is not set; e-mails kept and not sent: 1\n",
    )
    assert process.returncode == 2
    [kept] = call("ada")("list_deliveries", status="pending")["items"]
    assert (kept["address"], kept["attempts"]) == ("neo@school.test", 0)


def test_a_sender_killed_in_the_middle_loses_nothing(
    db: Database,
    school: School,
    call: Callers,
    clock: Clock,
    inbox: Inbox,
    mail: Callable[..., Any],
    mail_command: Callable[..., Any],
) -> None:
    names = [f"p{number}@school.test" for number in range(8)]
    for name in names:
        call("ada")("create_user", name=name, role="staff", email=name)
    inbox.held = True
    process = mail_command(inbox.url, "--once")
    assert inbox.reached.wait(30)  # the server has it, the sender does not know yet
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=30)
    assert [status for _, status, _ in states(db)] == ["pending"] * 8
    inbox.held = False
    assert mail(inbox.url) == Tally(3, 0)  # the others are the dead sender's still
    clock.set((datetime.fromisoformat(NOW) + timedelta(minutes=5)).isoformat())
    assert mail(inbox.url) == Tally(5, 0)
    assert [status for _, status, _ in states(db)] == ["sent"] * 8
    received = [to for [to] in inbox.recipients]
    assert set(received) == set(names)
    # Only what was on its way came twice, and it can be told by its Message-ID.
    twice = [name for name in names if received.count(name) > 1]
    assert twice == [names[0]]
    repeated = [m["Message-ID"] for m in inbox.messages if m["To"].addresses[0].username == "p0"]
    assert len(repeated) == 2
    assert len(set(repeated)) == 1
    inboxes = db.execute(
        "select count(*) = count(distinct (recipient_user_id, type, entity_id, day))"
        " from school.notifications"
    ).fetchone()
    assert inboxes == (True,)


def test_two_senders_at_once_send_each_mail_once(
    db: Database, school: School, call: Callers, inbox: Inbox, mail_command: Callable[..., Any]
) -> None:
    for number in range(20):
        name = f"p{number}@school.test"
        call("ada")("create_user", name=name, role="staff", email=name)
    senders = [mail_command(inbox.url, "--once") for _ in range(2)]
    for sender in senders:
        assert sender.wait(60) == 0
        sender.communicate()
    received = [to for [to] in inbox.recipients]
    assert len(received) == len(set(received)) == 20


def test_the_command_sends_until_it_is_told_to_stop(
    db: Database, school: School, call: Callers, inbox: Inbox, mail_command: Callable[..., Any]
) -> None:
    call("ada")("create_user", name="Neo", role="staff", email="neo@school.test")
    process = mail_command(inbox.url)
    assert inbox.reached.wait(30)
    process.terminate()
    assert process.wait(30) == 0
    process.communicate()
    assert states(db) == [("neo@school.test", "sent", 1)]


def test_a_url_that_says_too_little_is_refused_in_one_line() -> None:
    for environment, message in (
        ({"SMTP_URL": "mail.test"}, "expected smtp://"),
        ({"SMTP_URL": "http://mail.test"}, "expected smtp://"),
        ({"SMTP_URL": "smtp://mail.test"}, "who sends"),
        ({"SMTP_URL": "smtp://mail.test:99999?from=a@b.test"}, "[Pp]ort"),
        ({"SMTP_URL": "smtp://mail.test?from=a@b.test&tls=no"}, "unknown parameter 'tls'"),
        ({"SMTP_URL": "smtp://mail.test", "MAIL_FROM": "nobody"}, "e-mail address"),
        ({"SMTP_URL": "smtp://mail.test", "MAIL_FROM": "a@b.test\r\nX: y"}, "e-mail address"),
    ):
        with pytest.raises(ValueError, match=message) as error:
            Settings.from_environment(environment)
        assert "\n" not in str(error.value)
    relay = relay_of("smtps://us%40er:p%3Aw@mail.test", "School <s@school.test>")
    assert (relay.host, relay.port, relay.tls) == ("mail.test", 465, True)
    assert (relay.username, relay.password) == ("us@er", "p:w")
    assert str(relay.sender) == "School <s@school.test>"
