"""Webhooks to a real HTTP receiver on loopback, which WEBHOOK_ALLOW opens."""

import asyncio
import hashlib
import hmac
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from psycopg.types.json import Jsonb

from api.addresses import networks
from api.background import webhooks
from api.background.deliveries import Tally
from api.background.webhooks import RefusedError, checked_addresses, is_public, send_webhooks
from api.settings import Settings
from tests.support.school import NOW, Callers, Clock, Conninfo, Database, School
from tests.support.servers import Client

PROJECT = Path(__file__).resolve().parents[2]


class Receiver:
    """What an integrator's server gets; it answers ``statuses`` first, and may be held up."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes, str]] = []
        self.statuses: list[int] = []
        self.location: str | None = None
        self.held = False
        self.reached = threading.Event()
        self.let_go = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                body = self.rfile.read(length)
                if len(body) < length:
                    return  # the sender was killed while it wrote
                receiver.got.append((dict(self.headers), body, self.path))
                receiver.reached.set()
                if receiver.held:
                    receiver.let_go.wait(60)
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 204)
                if receiver.location is not None:
                    self.send_header("Location", receiver.location)
                self.end_headers()

            def log_message(self, format: Any, *arguments: str) -> None:  # noqa: A002
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/in?a=b"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def events(self) -> Any:
        return [json.loads(body) for _, body, _ in self.got]


@pytest.fixture
def receiver() -> Iterator[Any]:
    made = Receiver()
    yield made
    made.let_go.set()
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def send(db: Database, school: School, settings: Settings) -> Any:
    """``send()``: deliver what is due, and return the tally."""
    db.execute("delete from school.deliveries")
    allowing = replace(settings, webhook_allow=networks("127.0.0.0/8"))

    def run(**changes: Any) -> Any:
        return asyncio.run(send_webhooks(replace(allowing, **changes)))

    return run


def cause(db: Database, entity_id: str, *numbers: Any) -> None:
    for number in numbers:
        db.execute(
            "select school.emit('lead.assigned', 'lead', %s, %s)",
            (entity_id, Jsonb({"number": number})),
        )


def later(clock: Clock, **passed: Any) -> None:
    clock.set((datetime.fromisoformat(NOW) + timedelta(**passed)).isoformat())


def errors_of(db: Database) -> Any:
    return [e for (e,) in db.execute("select last_error from school.deliveries order by sequence")]


def test_an_event_arrives_signed(
    db: Database, school: School, client: Client, receiver: Any, send: Callable[..., Any]
) -> None:
    made = client("root").post(
        "/v1/webhooks", json={"url": receiver.url, "eventTypes": ["lead.assigned"]}
    )
    assert made.status_code == 201
    hook = made.json()
    client("ada").post(
        f"/v1/leads/{school['sues']}/assign", json={"assignedTeacherId": school["tia"]}
    )
    assert send() == Tally(1, 0)
    [(headers, body, path)] = receiver.got
    assert path == "/in?a=b"
    event = json.loads(body)
    assert (event["type"], event["entityId"]) == ("lead.assigned", school["sues"])
    assert event["payload"]["leadName"] == "Sues"
    assert event["actorUserId"] == school["ada"]
    assert headers["Content-Type"] == "application/json"
    assert headers["Host"] == httpx.URL(receiver.url).netloc.decode()
    assert headers["Ostinato-Event"] == "lead.assigned"
    [item] = client("ada").get("/v1/deliveries", params={"kind": "webhook"}).json()["items"]
    assert headers["Ostinato-Delivery"] == item["id"]
    assert (item["status"], item["webhookId"]) == ("sent", hook["id"])
    stamp = headers["Ostinato-Timestamp"]
    assert abs(int(stamp) - datetime.now().timestamp()) < 120  # noqa: DTZ005
    expected = hmac.digest(hook["secret"].encode(), stamp.encode() + b"." + body, hashlib.sha256)
    assert headers["Ostinato-Signature"] == f"v1={expected.hex()}"
    # A rotated secret signs from then on.
    rotated = client("root").patch(f"/v1/webhooks/{hook['id']}", json={"rotateSecret": True}).json()
    client("root").post(f"/v1/webhooks/{hook['id']}/replay", json={"from": NOW})
    assert send().failed == 0
    headers, body, _ = receiver.got[-1]
    signed = headers["Ostinato-Timestamp"].encode() + b"." + body
    expected = hmac.digest(rotated["secret"].encode(), signed, hashlib.sha256)
    assert headers["Ostinato-Signature"] == f"v1={expected.hex()}"


def test_only_2xx_delivers_and_a_redirect_is_not_followed(
    db: Database,
    school: School,
    call: Callers,
    clock: Clock,
    receiver: Any,
    send: Callable[..., Any],
) -> None:
    call("root")("create_webhook", url=receiver.url)
    cause(db, school["sams"], 1)
    receiver.location = receiver.url
    for attempt, status in enumerate((500, 302, 307, 404, 410), 1):
        receiver.statuses = [status]
        later(clock, hours=attempt)
        assert send() == Tally(0, 1)
        assert len(receiver.got) == attempt
        assert errors_of(db) == [f"it answered {status}"]
    receiver.statuses = [201]
    later(clock, days=1)
    assert send() == Tally(1, 0)


def test_events_of_an_entity_arrive_in_order_whatever_fails(
    db: Database,
    school: School,
    call: Callers,
    clock: Clock,
    receiver: Any,
    send: Callable[..., Any],
) -> None:
    call("root")("create_webhook", url=receiver.url)
    for number in range(1, 6):
        cause(db, school["sams"], number)
        cause(db, school["sues"], number)
    receiver.statuses = [503, 503]  # the first of each, or both of one
    send()
    later(clock, minutes=2)
    send()
    later(clock, minutes=30)
    send()
    assert db.execute("select bool_and(status = 'sent') from school.deliveries").fetchone() == (
        True,
    )
    for name in ("sams", "sues"):
        numbers = [e["payload"]["number"] for e in receiver.events if e["entityId"] == school[name]]
        assert list(dict.fromkeys(numbers)) == [1, 2, 3, 4, 5]
        assert numbers == sorted(numbers)


def test_a_replay_brings_the_same_events_again(
    db: Database, school: School, call: Callers, receiver: Any, send: Callable[..., Any]
) -> None:
    hook = call("root")("create_webhook", url=receiver.url, event_types=["lead.assigned"])
    cause(db, school["sams"], 1, 2, 3)
    assert send() == Tally(3, 0)
    first = receiver.events
    call("root")("replay_webhook", webhook_id=hook["id"], entity_id=school["sams"], **{"from": NOW})
    send()
    again = receiver.events[3:]
    assert again[-3:] == first
    assert len({headers["Ostinato-Delivery"] for headers, _, _ in receiver.got}) == len(
        receiver.got
    )


def test_a_sender_killed_in_the_middle_loses_nothing(
    db: Database,
    school: School,
    call: Callers,
    clock: Clock,
    receiver: Any,
    send: Callable[..., Any],
    conninfo: Conninfo,
) -> None:
    call("root")("create_webhook", url=receiver.url)
    cause(db, school["sams"], 1, 2)
    cause(db, school["sues"], 1)
    notifications = db.execute("select count(*) from school.notifications").fetchone()
    receiver.held = True
    process = subprocess.Popen(
        [sys.executable, "-m", "api", "webhooks"],
        cwd=PROJECT,
        env={
            **os.environ,
            "SENDER_DATABASE_URL": conninfo("school_sender"),
            "WEBHOOK_ALLOW": "127.0.0.1/32",
        },
        stderr=subprocess.PIPE,
    )
    assert receiver.reached.wait(30)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=30)
    receiver.held = False
    receiver.let_go.set()
    assert send() == Tally(0, 0)  # leased to the dead
    later(clock, minutes=1)
    assert send() == Tally(3, 0)
    seen = [(e["entityId"], e["payload"]["number"]) for e in receiver.events]
    assert set(seen) == {(school["sams"], 1), (school["sams"], 2), (school["sues"], 1)}
    assert seen.count((school["sams"], 2)) == 1
    assert db.execute("select count(*) from school.notifications").fetchone() == notifications


def test_a_receiver_that_does_not_answer_is_given_up(
    db: Database,
    school: School,
    call: Callers,
    receiver: Any,
    send: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(webhooks, "TIMEOUT_S", 0.3)
    call("root")("create_webhook", url=receiver.url)
    cause(db, school["sams"], 1)
    receiver.held = True
    assert send() == Tally(0, 1)
    assert errors_of(db) == ["no answer within 0.3 s"]


def test_the_scheduler_delivers(
    db: Database,
    school: School,
    call: Callers,
    receiver: Any,
    serve_processes: Callable[..., list[str]],
) -> None:
    call("root")("create_webhook", url=receiver.url)
    cause(db, school["sams"], 1)
    serve_processes(1, SCHEDULER="auto", WEBHOOK_ALLOW="127.0.0.1")
    assert receiver.reached.wait(30)


# --- addresses ---------------------------------------------------------------------------------

REFUSED = [
    "127.0.0.1",
    "127.8.9.1",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "0.0.0.0",  # noqa: S104
    "100.64.0.1",
    "192.0.0.1",
    "192.0.0.9",
    "192.0.0.170",
    "192.0.0.255",
    "192.0.2.1",
    "192.31.196.1",
    "192.52.193.1",
    "192.175.48.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "192.88.99.1",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd12:3456::1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:7f00:1",
    "::127.0.0.1",
    "64:ff9b::a00:1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "64:ff9b:1::808:808",
    "2002:7f00:1::1",
    "2002:808:808::1",
    "2001:0:4136:e378::1",
    "2001:20::1",
    "2620:4f:8000::1",
    "3fff::1",
    "3fff:fff:ffff::1",
    "100::1",
    "4000::1",
    "5f00::1",
]
PUBLIC = [
    "93.184.216.34",
    "8.8.8.8",
    "172.32.0.1",
    "::ffff:8.8.8.8",
    "2606:4700::1111",
    "2a00:1450::1",
    "64:ff9b::808:808",
]


def test_addresses_that_are_not_public_are_known() -> None:
    assert [address for address in REFUSED if is_public(address)] == []
    assert [address for address in PUBLIC if not is_public(address)] == []


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:a9fe:a9fe]/",
        "https://0.0.0.0/",
        "https://169.254.169.254/latest/meta-data",
        "http://8.8.8.8/",
        "ftp://8.8.8.8/",
        "https://user:password@8.8.8.8/",
    ],
)
def test_a_refused_address_is_not_connected_to(url: str) -> None:
    with pytest.raises(RefusedError):
        asyncio.run(checked_addresses(httpx.URL(url), []))


def test_what_is_allowed_is_allowed_however_it_is_written() -> None:
    allowed = networks("127.0.0.0/8", "fd00::/8")

    def found(url: str) -> Any:
        return asyncio.run(checked_addresses(httpx.URL(url), allowed))

    assert found("http://127.1/") == ["127.0.0.1"]
    assert found("http://[::ffff:127.0.0.1]/") == ["::ffff:127.0.0.1"]
    assert found("https://8.8.8.8/") == ["8.8.8.8"]
    with pytest.raises(RefusedError):
        found("http://[::1]/")


def test_loopback_is_refused_when_it_is_delivered_unless_allowed(
    db: Database,
    school: School,
    call: Callers,
    clock: Clock,
    receiver: Any,
    send: Callable[..., Any],
) -> None:
    call("root")("create_webhook", url=receiver.url)
    call("root")("create_webhook", url=receiver.url.replace("127.0.0.1", "localhost"))
    cause(db, school["sams"], 1)
    for allowed in ((), networks("10.0.0.0/8", "::1/128")):
        later(clock, hours=len(allowed))
        assert send(webhook_allow=allowed).sent == 0
        assert receiver.got == []
    assert errors_of(db)[0] == "refused: the address is private, and not in WEBHOOK_ALLOW"


def test_the_connection_goes_to_the_address_that_was_checked(
    db: Database,
    school: School,
    call: Callers,
    receiver: Any,
    send: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name that answers anew when it is asked again leads nowhere else."""
    asked = []

    async def look_up(self: Any, host: str, port: Any, **options: Any) -> Any:
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "10.0.0.1"
        return [(2, 1, 6, "", (address, port))]

    port = receiver.server.server_port
    call("root")("create_webhook", url=f"http://hooks.test:{port}/in")
    cause(db, school["sams"], 1)
    original = asyncio.BaseEventLoop.getaddrinfo

    async def only_ours(self: Any, host: str, port: Any, **options: Any) -> Any:
        if host == "hooks.test":
            return await look_up(self, host, port, **options)
        return await original(self, host, port, **options)

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", only_ours)
    assert send() == Tally(1, 0)
    assert asked == ["hooks.test"]
    [(headers, _, _)] = receiver.got
    assert headers["Host"] == f"hooks.test:{port}"


def test_a_url_with_a_user_or_another_scheme_is_not_registered(
    school: School, client: Client
) -> None:
    for url in (
        "ftp://x.test/",
        "https://user@x.test/",
        "https://",
        "https://x.test/a b",
        "x.test",
        "https://x.test\\@y.test/",
    ):
        answer = client("root").post("/v1/webhooks", json={"url": url})
        assert answer.status_code == 400, url
    answer = client("root").post(
        "/v1/webhooks", json={"url": "https://x.test", "eventTypes": ["no.such"]}
    )
    assert answer.status_code == 400
