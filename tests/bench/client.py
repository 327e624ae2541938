"""Keep-alive HTTP clients for the benchmark: ``python -m tests.bench.client``, work on stdin.

The work is a JSON object ``{host, port, connections, token, requests: [[method, path, body], …]}``;
the answer on stdout is ``{seconds, milliseconds: [...], statuses: {"201": n}}``. The requests are
dealt out to the connections as these become free.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import uvloop


async def work_off(
    work: dict[str, Any], requests: Iterator[bytes], milliseconds: list[float], codes: Counter[str]
) -> None:
    """Send requests over one connection, each after the answer to the one before."""
    reader, writer = await asyncio.open_connection(work["host"], work["port"])
    for request in requests:
        started = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.partition(b":")[2])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        )
        await reader.readexactly(length)
        milliseconds.append((time.perf_counter() - started) * 1000)
        codes[head[9:12].decode()] += 1
    writer.close()


def bytes_of(work: dict[str, Any]) -> Iterator[bytes]:
    """Return the requests as they go over the wire."""
    for method, path, body in work["requests"]:
        content = b"" if body is None else json.dumps(body).encode()
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {work['host']}\r\n"
            f"Authorization: Bearer {work['token']}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        yield head.encode() + content


async def run(work: dict[str, Any]) -> dict[str, Any]:
    """Send everything and measure."""
    milliseconds: list[float] = []
    codes: Counter[str] = Counter()
    requests = iter(list(bytes_of(work)))
    started = time.perf_counter()
    async with asyncio.TaskGroup() as connections:
        for _ in range(work["connections"]):
            connections.create_task(work_off(work, requests, milliseconds, codes))
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "milliseconds": milliseconds, "statuses": codes}


if __name__ == "__main__":
    json.dump(uvloop.run(run(json.load(sys.stdin))), sys.stdout)
