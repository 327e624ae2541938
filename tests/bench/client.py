"""The project's own HTTP clients: ``python -m tests.bench.client``, work on stdin.

They do what wrk does not: send at a fixed rate, try again at once what was answered 503, send one
request from each of many connections at the same moment; and they stand in where wrk is missing.

The work is a JSON object ``{host, port, connections, token, requests: [[method, path, body], …],
seconds?, rate?, retry?}``; bodies are text. The requests go out in turn, over each connection one
after the answer to the one before; without ``seconds`` each of them once, with ``seconds`` from the
start again until the time is up. With ``rate``, that many a second are due, and a latency counts
from when its request was due. The answer on stdout is ``{seconds, milliseconds, statuses}``.
"""

import asyncio
import itertools
import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import uvloop


class Work:
    """What is to be sent, and what came of it."""

    def __init__(self, work: dict[str, Any]) -> None:
        self.host, self.port = work["host"], work["port"]
        self.retry = bool(work.get("retry"))
        self.rate: float | None = work.get("rate")
        self.milliseconds: list[float] = []
        self.statuses: Counter[str] = Counter()
        self.started = 0.0
        seconds = work.get("seconds")
        self.lasts = float("inf") if seconds is None else float(seconds)
        prepared = list(bytes_of(work))
        self._requests = iter(prepared) if seconds is None else itertools.cycle(prepared)
        self._number = itertools.count()

    def next(self) -> tuple[bytes, float] | None:
        """Return the next request and when it is due; None when there is no more to do."""
        due = time.perf_counter()
        if self.rate is not None:
            due = self.started + next(self._number) / self.rate
        if due - self.started >= self.lasts:
            return None
        request = next(self._requests, None)
        return None if request is None else (request, due)


async def work_off(work: Work) -> None:
    """Send requests over one connection until there are no more."""
    reader, writer = await asyncio.open_connection(work.host, work.port)
    while (given := work.next()) is not None:
        request, due = given
        if (early := due - time.perf_counter()) > 0:
            await asyncio.sleep(early)
        while True:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                int(line.partition(b":")[2])
                for line in head.split(b"\r\n")
                if line.lower().startswith(b"content-length:")
            )
            await reader.readexactly(length)
            status = head[9:12].decode()
            work.statuses[status] += 1
            if b"connection: close" in head.lower():
                writer.close()
                reader, writer = await asyncio.open_connection(work.host, work.port)
            late = time.perf_counter() - work.started >= work.lasts
            if status != "503" or not work.retry or late:
                break
        work.milliseconds.append((time.perf_counter() - due) * 1000)
    writer.close()


def bytes_of(work: dict[str, Any]) -> Iterator[bytes]:
    """Return the requests as they go over the wire."""
    for method, path, body in work["requests"]:
        content = body.encode()
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {work['host']}\r\n"
            f"Authorization: Bearer {work['token']}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        yield head.encode() + content


async def run(given: dict[str, Any]) -> dict[str, Any]:
    """Send everything and measure."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, most), most))
    work = Work(given)
    work.started = time.perf_counter()
    async with asyncio.TaskGroup() as connections:
        for _ in range(given["connections"]):
            connections.create_task(work_off(work))
    seconds = time.perf_counter() - work.started
    return {"seconds": seconds, "milliseconds": work.milliseconds, "statuses": work.statuses}


if __name__ == "__main__":
    json.dump(uvloop.run(run(json.load(sys.stdin))), sys.stdout)
