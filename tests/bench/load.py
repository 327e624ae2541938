"""Load on the two sides: pgbench on the gateway's statements, wrk or our own clients on HTTP."""

import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from api.database.embedded import BIN
from api.database.gateway import BEGIN, BEGIN_READ_ONLY, COMMIT
from api.database.pipeline import Statement
from tests.bench.calls import enter
from tests.bench.schools import token

PROJECT = Path(__file__).resolve().parents[2]
WRK = shutil.which("wrk")

Request = tuple[str, str, str]
"""Method, path and body."""


@dataclass(frozen=True)
class Measured:
    """Answers per second, and latencies in milliseconds; ``refused`` answers were not 2xx."""

    per_second: float
    p50: float
    p95: float
    count: int
    refused: int = 0


def measured(milliseconds: Sequence[float], seconds: float, refused: int = 0) -> Measured:
    times = sorted(milliseconds)
    if not times:
        return Measured(0, float("nan"), float("nan"), 0, refused)
    p95 = times[min(len(times) - 1, int(0.95 * len(times)))]
    return Measured(len(times) / seconds, statistics.median(times), p95, len(times), refused)


def pgbench(
    conninfo: str,
    role: str,
    call: Statement,
    *,
    reads: bool,
    transactions: int,
    clients: int = 1,
    first: int = 0,
    rate: float | None = None,
) -> Measured:
    """Run the gateway's four statements, in a pipeline as there; ``transactions`` per client.

    In the call, ``:n`` counts from ``first``, over all clients.
    """
    definitions: dict[str, str] = {"i": "-1"}
    lines = [f"\\set i :i + 1\n\\set n {first} + :client_id + {clients} * :i\n\\startpipeline\n"]
    steps = (BEGIN_READ_ONLY if reads else BEGIN, enter(role), call, COMMIT)
    for number, step in enumerate(steps):
        text = step.sql.decode()
        for place, value in reversed(list(enumerate(step.values, 1))):
            if value is not None:
                definitions[f"s{number}_{place}"] = value.decode()
            text = text.replace(f"${place}::", f":s{number}_{place}::" if value else "null::")
        lines.append(f"{text};\n")
    lines.append("\\endpipeline\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "script.sql").write_text("".join(lines), encoding="utf-8")
        done = subprocess.run(
            [
                str(BIN / "pgbench"),
                *("--no-vacuum", "--protocol=extended", "--log", "--file=script.sql"),
                *(f"--define={name}={value}" for name, value in definitions.items()),
                *(f"--client={clients}", f"--jobs={min(2, clients)}"),
                f"--transactions={transactions}",
                *([] if rate is None else [f"--rate={rate}"]),
                conninfo,
            ],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0 or "failed transactions: 0 " not in done.stdout:
            raise RuntimeError(f"pgbench: {done.stdout}{done.stderr}\n{''.join(lines)}")
        times = []
        for log in folder.glob("pgbench_log.*"):
            for line in log.read_text(encoding="ascii").splitlines():
                fields = line.split()
                # At a fixed rate, the seventh field is how late a transaction began.
                late = int(fields[6]) if rate is not None and len(fields) > 6 else 0
                times.append((int(fields[2]) + late) / 1000)
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    per_second = float(found[1]) if found else float("nan")
    whole = measured(times, 1)
    return Measured(per_second, whole.p50, whole.p95, whole.count)


def wrk(
    url: str, role: str, requests: Sequence[Request], *, seconds: float, clients: int = 1
) -> Measured:
    """Send the requests in turn, or the only one again and again, as fast as they are answered."""
    if WRK is None or (len(requests) > 1 and seconds < 1):
        return own(url, role, requests, seconds=seconds, clients=clients)
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        method, path, _ = requests[0]
        arguments: list[str] = []
        if len(requests) > 1 or method != "GET":
            file.writelines("\t".join(request) + "\n" for request in requests)
            file.flush()
            arguments, path = ["--", file.name], "/"
        done = subprocess.run(
            [
                WRK,
                *("--threads", "1", "--connections", str(clients)),
                *("--duration", f"{max(1, round(seconds))}s", "--timeout", "60s"),
                *("--header", f"Authorization: Bearer {token(role)}"),
                *("--header", "Content-Type: application/json"),
                *("--script", str(Path(__file__).with_name("load.lua"))),
                url + path,
                *arguments,
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode != 0:
        raise RuntimeError(f"wrk: {done.stdout}{done.stderr}")
    found = json.loads(done.stdout.splitlines()[-1])
    good = found["requests"] - found["refused"]
    return Measured(
        good / found["seconds"],
        found["p50"],
        found["p95"],
        good,
        found["refused"] + found["broken"],
    )


def own(
    url: str,
    role: str,
    requests: Sequence[Request],
    *,
    seconds: float | None,
    clients: int = 1,
    rate: float | None = None,
    retry: bool = False,
) -> Measured:
    """Let the clients of tests.bench.client send the requests."""
    found = answers(
        url, token(role), requests, seconds=seconds, clients=clients, rate=rate, retry=retry
    )
    good = sum(n for status, n in found["statuses"].items() if status.startswith("2"))
    everything = sum(found["statuses"].values())
    whole = measured(found["milliseconds"], found["seconds"])
    return Measured(good / found["seconds"], whole.p50, whole.p95, good, everything - good)


def answers(
    url: str,
    bearer: str,
    requests: Sequence[Request],
    *,
    seconds: float | None,
    clients: int = 1,
    rate: float | None = None,
    retry: bool = False,
) -> dict[str, Any]:
    """Let the clients of tests.bench.client send the requests; return what they say."""
    where = urlsplit(url)
    work: dict[str, Any] = {
        "host": where.hostname,
        "port": where.port,
        "connections": clients,
        "token": bearer,
        "requests": list(requests),
        "seconds": seconds,
        "rate": rate,
        "retry": retry,
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.client"],
        cwd=PROJECT,
        input=json.dumps(work),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"tests.bench.client: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found
