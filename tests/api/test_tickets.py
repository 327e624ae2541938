"""Tickets: addresses that stand for a session where no header can be sent."""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from api.http import streams
from tests.support.asking import one, refused
from tests.support.listening import PATH, Listener
from tests.support.school import Clock, Database, School
from tests.support.servers import Client, Http, Server, open_streams
from tests.support.waiting import until

STREAM = "/v1/notifications/stream-ticket"
EXPORT = "/v1/leads/export-ticket"
Follow = Callable[..., Listener]


def ticket(person: httpx.Client, path: str = STREAM) -> str:
    """Return the address that a new ticket opens, without the host."""
    answer = person.post(path)
    assert answer.status_code == 201, answer.text
    assert answer.json().keys() == {"url", "expiresAt"}
    parts = urlsplit(answer.json()["url"])
    assert f"{parts.scheme}://{parts.netloc}" == str(person.base_url).rstrip("/")
    return f"{parts.path}?{parts.query}"


def assign(client: Client, school: School, person: str) -> None:
    """Tell a member of staff something."""
    body = {"ownerId": school[person]}
    client("ada").post(f"/v1/leads/{school['unowned']}/assign", json=body).raise_for_status()


@pytest.fixture
def follow(server: Server) -> Iterator[Follow]:
    """``follow(address, after=7)``: a client of the stream that sends no token."""
    opened: list[Listener] = []

    def start(address: str, after: int | None = None) -> Listener:
        opened.append(Listener(server.url, None, after, address))
        return opened[-1]

    yield start
    for listener in opened:
        listener.close()


def test_an_event_source_hears_its_own_notifications_by_a_ticket(
    school: School, client: Client, follow: Follow, server: Server
) -> None:
    address = ticket(client("sam"))
    listener = follow(address)
    until(lambda: open_streams(server) == 1)
    assign(client, school, "sam")
    heard = listener.next()
    assert heard["entityId"] == school["unowned"]
    listener.close()
    # Its browser asks again by itself, with what it heard last.
    again = follow(address, heard["sequence"] - 1)
    assert again.next()["id"] == heard["id"]
    # A page that makes a new EventSource cannot send the header.
    other = follow(f"{ticket(client('sam'))}&lastEventId={heard['sequence'] - 1}")
    assert other.next()["id"] == heard["id"]


def test_a_ticket_connects_for_a_minute_and_the_stream_stays(
    school: School, client: Client, http: Http, follow: Follow, clock: Clock, server: Server
) -> None:
    clock.set("2027-03-01T09:00:00+00:00")
    answer = client("sam").post(STREAM)
    assert answer.json()["expiresAt"].startswith("2027-03-01T09:01:00")
    address = ticket(client("sam"))
    listener = follow(address)
    until(lambda: open_streams(server) == 1)
    clock.set("2027-03-01T09:01:00+00:00")
    refused(http().get(address), 401, "unauthenticated")
    assign(client, school, "sam")
    assert listener.next()["entityId"] == school["unowned"]


@pytest.mark.parametrize("ending", ["logout", "disabling", "new role"])
def test_a_ticket_and_its_stream_end_with_the_session(
    school: School,
    client: Client,
    http: Http,
    follow: Follow,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    ending: str,
) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT_S", 0.1)
    sue = client("sue")
    stream, export = ticket(sue), ticket(sue, EXPORT)
    listener = follow(stream)
    until(lambda: open_streams(server) == 1)
    user = f"/v1/users/{school['sue']}"
    if ending == "logout":
        sue.post("/v1/auth/logout").raise_for_status()
    elif ending == "disabling":
        client("ada").patch(user, json={"status": "disabled"}).raise_for_status()
    else:
        client("ada").patch(user, json={"role": "teacher"}).raise_for_status()
    for address in (stream, export):
        refused(http().get(address), 401, "unauthenticated")
    listener.assert_ended()


def test_a_ticket_opens_its_own_address_and_no_other(client: Client, http: Http) -> None:
    sam, nobody = client("sam"), http()
    stream, export = ticket(sam), ticket(sam, EXPORT)
    token = {"stream": stream.partition("?")[2], "export": export.partition("?")[2]}
    for address in (
        f"{PATH}?{token['export']}",
        f"/v1/leads/export?{token['stream']}",
        f"/v1/leads?{token['export']}",
        f"/v1/me?{token['stream']}",
        f"/v1/leads/export?{token['export']}&{token['export']}",
        f"/v1/leads/export?{token['export'].upper()}",
        f"/v1/leads/export?{token['export']}0",
        "/v1/leads/export?ticket=",
        "/v1/leads/export",
    ):
        refused(nobody.get(address), 401, "unauthenticated")
    secret = token["export"].partition("=")[2]
    bearer = {"Authorization": f"Bearer {secret}"}
    refused(nobody.get("/v1/leads/export", headers=bearer), 401, "unauthenticated")
    # Who sends a token of their own is who that says; there a ticket is an unknown parameter.
    refused(sam.get(export), 400, "invalid_request")


def test_a_download_by_a_ticket_is_the_export_of_its_maker(
    school: School, client: Client, http: Http
) -> None:
    answer = http().get(ticket(client("sam"), EXPORT))
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="leads.csv"'
    assert answer.text == client("sam").get("/v1/leads/export").text
    assert "Fresh" in answer.text
    assert "Fresh" not in http().get(ticket(client("sue"), EXPORT)).text
    narrowed = http().get(f"{ticket(client('sam'), EXPORT)}&search=Fresh")
    assert narrowed.text.count("\n") == 2
    refused(http().get(f"{ticket(client('sam'), EXPORT)}&limit=5"), 400, "invalid_request")
    for person in ("tom", "sid"):
        refused(client(person).post(EXPORT), 403, "forbidden")


def test_tickets_are_kept_hashed_and_not_for_long(
    db: Database, school: School, client: Client, clock: Clock
) -> None:
    clock.set("2027-03-01T09:00:00+00:00")
    secret = ticket(client("sam")).rpartition("=")[2]
    kept = one(db, "select token_hash from auth.tickets")
    assert kept == hashlib.sha256(secret.encode()).digest()
    key = {"Idempotency-Key": "t"}
    first = client("sam").post(STREAM, headers=key)
    assert first.json()["url"]
    assert client("sam").post(STREAM, headers=key).json()["url"] is None
    clock.set("2027-03-01T09:02:00+00:00")
    ticket(client("sue"))
    ticket(client("sam"))
    assert one(db, "select count(*) from auth.tickets") == 2
    client("sam").post("/v1/auth/logout").raise_for_status()
    assert one(db, "select count(*) from auth.tickets") == 1


def test_who_claims_a_session_over_sql_gets_no_ticket_of_it(
    db: Database, school: School, call: Callable[..., Any]
) -> None:
    stolen = hashlib.sha256(school.token("ada").encode()).hexdigest()
    db.execute("select auth.grant_sql('sam@school.test', 'sams_login', 'x-long-enough-password')")
    try:
        db.execute("set session authorization sams_login")
        db.execute("select set_config('ostinato.session', %s, false)", (stolen,))
        with pytest.raises(Exception, match="made by a session"):
            db.execute("select api.create_stream_ticket()")
        db.execute("reset session authorization")
        assert one(db, "select count(*) from auth.tickets") == 0
    finally:
        db.execute("reset session authorization")
        db.execute("select auth.revoke_sql('sams_login')")
