"""Inboxes of a large school, and five hundred idle streams: ``python -m tests.bench.notices``.

Run by hand; it starts an embedded server in a temporary folder. The unread count, the newest page
and one step of the stream are timed at 1,000 and at 1,000,000 of them, for somebody who has forty
of them, twenty unread, and for somebody who has half of all, twenty unread. Every call is one
transaction of the gateway over the socket, the session looked up and row security in force. Columns
are medians in milliseconds and their quotient; aimed at is 1.3 or less.

Then one API process holds 500 idle streams of 500 people, which aims at less than 200 MB of memory
in all, and one notification for each of them is timed from its transaction's end to its arrival.
"""

import asyncio
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil
import psycopg

from api.database import migrations
from api.database.embedded import GATEWAY, EmbeddedServer
from tests.support.school import Caller, open_session

SIZES = (1_000, 1_000_000)
REPEATS = 300
TARGET = 1.3
STREAMS = 500
TARGET_MB = 200

PEOPLE = """
insert into school.users (name, role, email)
select 'Staff ' || n, 'staff', 'staff' || n || '@bench.test'
from generate_series(1, %(people)s) as n
"""
EVENT = """
insert into school.notification_events (type, entity_type, entity_id, day)
values ('lead.assigned', 'lead', gen_random_uuid(), '2027-03-01')
"""
# Forty belong to the person who has few, every second of the others to who has many.
NOTIFICATIONS = """
insert into school.notifications
  (event_id, recipient_user_id, type, entity_type, entity_id, day, title, body, payload, read_at)
select
  (select id from school.notification_events limit 1),
  case
    when n %% (%(size)s / 40) = 1 then %(few)s
    when n %% 2 = 0 then %(many)s
    else (%(others)s::uuid[])[1 + n %% 18]
  end,
  'lead.assigned', 'lead', gen_random_uuid(), '2027-03-01', 'A lead is yours', 'Lead ' || n,
  '{"leadName": "Somebody"}', now()
from generate_series(1, %(size)s) as n
"""
UNREAD = """
update school.notifications
set read_at = null
where sequence in (
  select sequence from school.notifications where recipient_user_id = %s
  order by sequence desc limit 20
)
"""


def prepare(conninfo: str, size: int) -> dict[str, str]:
    """Fill a database; return ids of who has few notifications and of who has many."""
    migrations.migrate(conninfo, progress=lambda line: None)
    with psycopg.connect(conninfo, autocommit=True) as db:
        db.execute("alter table school.notifications disable trigger user")
        db.execute(PEOPLE, {"people": 20})
        ids = [str(row[0]) for row in db.execute("select id from school.users order by email")]
        db.execute(EVENT)
        db.execute(NOTIFICATIONS, {"few": ids[0], "many": ids[1], "others": ids[2:], "size": size})
        for person in ids[:2]:
            db.execute(UNREAD, (person,))
        db.execute("vacuum analyze")
        for name, person in (("few", ids[0]), ("many", ids[1])):
            open_session(db, person, name)
    return {"few": ids[0], "many": ids[1]}


def together(callers: list[Caller], function: str, arguments: list[dict[str, Any]]) -> list[float]:
    """Medians of the same call of both schools in turn: what else the machine does slows both."""
    taken: list[list[float]] = [[] for _ in callers]
    for _ in range(REPEATS):
        for caller, given, times in zip(callers, arguments, taken, strict=True):
            started = time.perf_counter()
            caller(function, **given)
            times.append((time.perf_counter() - started) * 1000)
    return [statistics.median(times) for times in taken]


def compare(conninfos: list[str]) -> bool:
    """Print the figures of both sizes; false when one misses the target."""
    met = True
    with ExitStack() as stack:
        gateways = [
            stack.enter_context(psycopg.connect(conninfo, autocommit=True))
            for conninfo in conninfos
        ]
        print(f"{'median, ms':<34} {SIZES[0]:>10,} {SIZES[1]:>10,} {'times':>7}")
        for person in ("few", "many"):
            callers = [Caller(gateway, person) for gateway in gateways]
            for caller in callers:
                assert caller("count_unread_notifications") == {"count": 20}
            begun = [caller("stream_notifications") for caller in callers]
            lasts = [{"last_event_id": step["last"]} for step in begun]
            snapshots = [{"snapshot": step["snapshot"]} for step in begun]
            nothing: list[dict[str, Any]] = [{}, {}]
            unread: list[dict[str, Any]] = [{"unread": True}] * 2
            for name, function, arguments in (
                ("unread count", "count_unread_notifications", nothing),
                ("newest page", "list_notifications", nothing),
                ("unread page", "list_notifications", unread),
                ("stream begins", "stream_notifications", nothing),
                ("stream step", "stream_notifications", snapshots),
                ("stream resumes", "stream_notifications", lasts),
            ):
                small, large = together(callers, function, arguments)
                met = met and large / small <= TARGET
                label = f"{name}, who has {person}"
                print(f"{label:<34} {small:>10.2f} {large:>10.2f} {large / small:>7.2f}")
    return met


async def listen(port: int, token: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open a stream and read its head."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        f"GET /v1/notifications/stream HTTP/1.1\r\nHost: bench\r\n"
        f"Authorization: Bearer {token}\r\n\r\n".encode()
    )
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head
    return reader, writer


async def arrival(reader: asyncio.StreamReader) -> float:
    await reader.readuntil(b"event: notification")
    return time.perf_counter()


async def stream(owner: str, port: int, server: psutil.Process) -> bool:
    """Open the streams, weigh the process and time a notification for everybody."""
    before = memory(server)
    gate = asyncio.Semaphore(20)

    async def opened(n: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        async with gate:
            return await listen(port, f"stream-{n}")

    started = time.perf_counter()
    streams = await asyncio.gather(*(opened(n) for n in range(STREAMS)))
    took = time.perf_counter() - started
    await asyncio.sleep(20)  # a heart-beat of each
    idle = server.cpu_percent(None)
    await asyncio.sleep(30)
    idle = server.cpu_percent(None)
    after = memory(server)
    print(
        f"{STREAMS} streams opened in {took:.1f} s; memory {before:.0f} -> {after:.0f} MB; "
        f"idle they take {idle:.1f} % of a core"
    )
    arrivals = [asyncio.create_task(arrival(reader)) for reader, _ in streams]
    async with await psycopg.AsyncConnection.connect(owner) as db:
        await db.execute(
            "insert into school.notification_events (type, entity_type, entity_id, payload, day)"
            " values ('lead.assigned', 'lead', gen_random_uuid(), jsonb_build_object('leadName',"
            " 'News', 'recipients', (select jsonb_agg(id) from school.users"
            " where email like 'listener%')), '2027-03-02')"
        )
        await db.commit()
    told = time.perf_counter()
    delays = sorted(at - told for at in await asyncio.gather(*arrivals))
    print(
        f"one notification for each: first after {delays[0] * 1000:.0f} ms, median "
        f"{statistics.median(delays) * 1000:.0f} ms, last {delays[-1] * 1000:.0f} ms"
    )
    for _, writer in streams:
        writer.close()
    return after < TARGET_MB


def memory(process: psutil.Process) -> float:
    """Megabytes of the process and its children."""
    return float(
        sum(p.memory_info().rss for p in (process, *process.children(recursive=True))) / 1e6
    )


def streams(owner: str, gateway: str) -> bool:
    with psycopg.connect(owner, autocommit=True) as db:
        db.execute("alter table school.notifications enable trigger user")
        for n in range(STREAMS):
            row = db.execute(
                "insert into school.users (name, role, email) values ('Listener', 'staff', %s)"
                " returning id",
                (f"listener{n}@bench.test",),
            ).fetchone()
            assert row is not None
            open_session(db, str(row[0]), f"stream-{n}")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "api", "serve"],
        env={**os.environ, "DATABASE_URL": gateway, "PORT": str(port), "SCHEDULER": "off"},
    )
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.1)
        time.sleep(2)
        met = asyncio.run(stream(owner, port, psutil.Process(process.pid)))
        started = time.perf_counter()
        streaming = psutil.Process(process.pid)
        streaming.terminate()
        process.wait(60)
        print(f"stopped in {time.perf_counter() - started:.1f} s")
        return met
    finally:
        process.kill()


def main() -> int:
    print(f"{os.cpu_count()} cores, shared with the server; {platform.platform()}")
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedServer(Path(folder), durable=False) as server,
    ):
        databases = [f"notifications_{size}" for size in SIZES]
        for database, size in zip(databases, SIZES, strict=True):
            with psycopg.connect(server.owner, autocommit=True) as db:
                db.execute(f"create database {database}")
            prepare(server.conninfo(database=database), size)
        met = compare([server.conninfo(GATEWAY, database) for database in databases])
        small = databases[0]
        held = streams(server.conninfo(database=small), server.conninfo(GATEWAY, small))
    return 0 if met and held else 1


if __name__ == "__main__":
    sys.exit(main())
