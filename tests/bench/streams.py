"""Five hundred idle streams of notifications: ``python -m tests.bench.streams``.

Run by hand; it starts an embedded server in a temporary folder. One API process holds 500 idle
streams of 500 people, which aims at less than 200 MB of memory in all, and one notification for
each of them is timed from its transaction's end to its arrival.
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
from pathlib import Path

import psutil
import psycopg

from api.database import migrations
from api.database.embedded import EmbeddedServer
from tests.support.school import open_session

STREAMS = 500
TARGET_MB = 200


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
        migrations.migrate(server.owner, progress=lambda line: None)
        held = streams(server.owner, server.gateway)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
