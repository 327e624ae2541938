"""Admissions and reads over HTTP next to pgbench calling the same statements: ``make bench``.

A fresh embedded server, as durable as in production; uvicorn processes as ``serve`` starts them;
the same number of connections, with the same round trips (one per request) on either side. Every
admission is another lead's, into classes with room for all, so none is refused. Everything runs on
one machine and shares its cores: the HTTP side pays for its clients, too.
"""

import json
import os
import platform
import secrets
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import psycopg

from api.database import migrations
from api.database.embedded import BIN, EmbeddedServer
from tests.support.school import open_session, token_hash

PROJECT = Path(__file__).resolve().parent.parent.parent
CONNECTIONS = 8
WORKERS = max(2, min(4, os.cpu_count() or 2))
ADMISSIONS = 960
READS = 2400
PAGES = 240
WARM_UP = 160
COURSES = 12
TARGET = 0.6
TARGET_MB = 120

SCHOOL = """
insert into school.users (id, name, role, email)
select ('00000000-0000-4000-8000-' || 300000000000 + n)::uuid, 'Teacher ' || n, 'teacher',
  'teacher' || n || '@bench.test'
from generate_series(1, %(courses)s) as n;
insert into school.instruments (id, name)
values ('00000000-0000-4000-8000-600000000001', 'Violin');
insert into school.courses (id, instrument_id, name)
select ('00000000-0000-4000-8000-' || 200000000000 + n)::uuid,
  '00000000-0000-4000-8000-600000000001', 'Course ' || n
from generate_series(1, %(courses)s) as n;
insert into school.course_teachers (course_id, teacher_id)
select ('00000000-0000-4000-8000-' || 200000000000 + n)::uuid,
  ('00000000-0000-4000-8000-' || 300000000000 + n)::uuid
from generate_series(1, %(courses)s) as n;
insert into school.course_plans (id, course_id, name, total_classes, classes_per_week)
select ('00000000-0000-4000-8000-' || 500000000000 + n)::uuid,
  ('00000000-0000-4000-8000-' || 200000000000 + n)::uuid, '24 classes', 24, 2
from generate_series(1, %(courses)s) as n;
insert into school.time_slot_templates (id, weekday, start_time, end_time)
select ('00000000-0000-4000-8000-' || 400000000000 + n)::uuid, n, '16:00', '17:00'
from generate_series(1, 6) as n;
insert into school.classroom_slots (time_slot_id, course_id, teacher_id, capacity)
select ('00000000-0000-4000-8000-' || 400000000000 + t)::uuid,
  ('00000000-0000-4000-8000-' || 200000000000 + n)::uuid,
  ('00000000-0000-4000-8000-' || 300000000000 + n)::uuid, 1000
from generate_series(1, %(courses)s) as n, generate_series(1, 6) as t;
insert into school.leads (id, stage_id, name, email, follow_up_date)
select ('00000000-0000-4000-8000-' || 100000000000 + n)::uuid,
  (select id from school.lead_stages where kind = 'open' and deleted_at is null
   order by position limit 1),
  'Lead ' || n, 'lead' || n || '@bench.test', current_date
from generate_series(1, %(leads)s) as n;
"""

# What the gateway sends for a request, in one pipeline as there.
TRANSACTION = """
\\set i :i + 1
\\set lead {first} + :client_id * {each} + :i
\\set course 200000000001 + :lead % {courses}
\\set plan 500000000001 + :lead % {courses}
\\set one 400000000001 + :lead % 6
\\set two 400000000001 + (:lead + 1) % 6
\\startpipeline
begin isolation level read committed {mode};
select auth.enter('{hash}'::bytea, 'bench'::text, '127.0.0.1'::text, 10000);
{call}
commit;
\\endpipeline
"""
ADMIT = """select r, r ->> 'version', r ->> 'id' from api.create_admission(
  p_course_id => ('00000000-0000-4000-8000-' || :course)::uuid,
  p_course_plan_id => ('00000000-0000-4000-8000-' || :plan)::uuid,
  p_start_date => '{start}'::date,
  p_time_slot_ids => array['00000000-0000-4000-8000-' || :one, '00000000-0000-4000-8000-' || :two
    ]::api.time_slot_ids,
  p_lead_id => ('00000000-0000-4000-8000-' || :lead)::uuid) as r;"""
READ = """select pg_catalog.row_to_json(r), r.version, r.id
  from api.get_admission(p_admission_id => '{id}'::uuid) as r;"""
LIST = """select api.list_admissions(p_limit => 50);"""


@dataclass(frozen=True)
class Measured:
    """Requests per second, and latencies in milliseconds."""

    per_second: float
    milliseconds: list[float]

    def percentile(self, hundredth: int) -> float:
        return statistics.quantiles(self.milliseconds, n=100)[hundredth - 1]


@dataclass(frozen=True)
class Bench:
    """A served school, and a session in it."""

    server: EmbeddedServer
    port: int
    token: str
    start: str
    folder: Path

    def over_http(self, requests: list[tuple[str, str, Any]], status: int) -> Measured:
        """Let the clients of tests.bench.client send the requests."""
        work = {
            "host": "127.0.0.1",
            "port": self.port,
            "connections": CONNECTIONS,
            "token": self.token,
            "requests": requests,
        }
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.client"],
            cwd=PROJECT,
            input=json.dumps(work),
            capture_output=True,
            text=True,
            check=True,
        )
        found = json.loads(done.stdout)
        if found["statuses"] != {str(status): len(requests)}:
            raise SystemExit(f"bench: not every answer was {status}: {found['statuses']}")
        return Measured(len(requests) / found["seconds"], found["milliseconds"])

    def with_pgbench(
        self, call: str, count: int, first: int = 0, mode: str = "read write"
    ) -> Measured:
        """Let pgbench run the gateway's statements for so many requests."""
        each = count // CONNECTIONS
        script = self.folder / "script.sql"
        script.write_text(
            TRANSACTION.format(
                first=first,
                each=each,
                courses=COURSES,
                mode=mode,
                hash="\\x" + token_hash(self.token).hex(),
                call=call.format(start=self.start) if "{start}" in call else call,
            ),
            encoding="utf-8",
        )
        started = time.time()
        done = subprocess.run(
            [
                str(BIN / "pgbench"),
                *("--no-vacuum", "--protocol=extended", "--log", "--define=i=0"),
                f"--client={CONNECTIONS}",
                f"--jobs={min(2, CONNECTIONS)}",
                f"--transactions={each}",
                f"--file={script}",
                self.server.gateway,
            ],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0 or "failed transactions: 0 " not in done.stdout:
            raise SystemExit(f"bench: pgbench failed\n{done.stdout}{done.stderr}")
        milliseconds = []
        for log in self.folder.glob("pgbench_log.*"):
            rows = [line.split() for line in log.read_text(encoding="ascii").splitlines()]
            milliseconds += [int(row[2]) / 1000 for row in rows]
            log.unlink()
        line = next(x for x in done.stdout.splitlines() if x.startswith("tps"))
        if time.time() - started > 60:
            print("bench: this machine is slow; figures cover more than a minute")
        return Measured(float(line.split()[2]), milliseconds)


def main() -> None:
    """Run everything and print the table."""
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="ostinato-bench-"))
    try:
        with EmbeddedServer(folder) as server:
            migrations.migrate(server.owner, progress=lambda line: None)
            token = secrets.token_urlsafe(32)
            with psycopg.connect(server.owner, autocommit=True) as db:
                version = db.info.parameter_status("server_version")
                prepare(db, token)
            with served(server, folder) as (port, process):
                start = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
                table = measure(Bench(server, port, token, start, folder))
                memory = max_memory(process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(machine(version))
    print(f"{CONNECTIONS} connections, {WORKERS} API processes; {time.monotonic() - began:.0f} s")
    print()
    heads = ("", "HTTP /s", "p50 ms", "p95 ms", "pgbench /s", "p50 ms", "p95 ms", "ratio")
    print(("{:<28}" + "{:>11}" * 7).format(*heads))
    for name, (http, pgbench) in table.items():
        cells = [
            value
            for side in (http, pgbench)
            for value in (side.per_second, side.percentile(50), side.percentile(95))
        ]
        ratio = http.per_second / pgbench.per_second
        print((f"{name:<28}" + "{:>11.1f}" * 6 + "{:>11.2f}").format(*cells, ratio))
    http, pgbench = table["create an admission"]
    ratio = http.per_second / pgbench.per_second
    print()
    print(f"memory of one API process: {memory:.0f} MB (aim: below {TARGET_MB})")
    print(f"HTTP / pgbench, admissions: {ratio:.2f} (aim: {TARGET} or more)")


def prepare(db: psycopg.Connection[Any], token: str) -> None:
    """Make a school with room for every admission, and open an admin's session."""
    leads = 2 * (ADMISSIONS + WARM_UP)
    statement = SCHOOL.replace("%(courses)s", str(COURSES)).replace("%(leads)s", str(leads))
    db.execute(statement)
    row = db.execute(
        "insert into school.users (name, role, email)"
        " values ('Ada', 'admin', 'ada@bench.test') returning id"
    ).fetchone()
    assert row is not None
    open_session(db, str(row[0]), token)
    db.execute("vacuum analyze")


def measure(bench: Bench) -> dict[str, tuple[Measured, Measured]]:
    """Measure each kind of request on both sides."""
    first = 100_000_000_001
    bench.over_http([admission(bench, first + n) for n in range(WARM_UP)], 201)
    first += WARM_UP
    http = bench.over_http([admission(bench, first + n) for n in range(ADMISSIONS)], 201)
    first += ADMISSIONS - 1  # pgbench counts from one
    bench.with_pgbench(ADMIT, WARM_UP, first)
    pgbench = bench.with_pgbench(ADMIT, ADMISSIONS, first + WARM_UP)
    table = {"create an admission": (http, pgbench)}
    with psycopg.connect(bench.server.owner) as db:
        row = db.execute("select id, count(*) over () from school.admissions limit 1").fetchone()
    if row is None or row[1] != 2 * (ADMISSIONS + WARM_UP):
        raise SystemExit(f"bench: {row} admissions, not as many as were made")
    for name, path, call, count in (
        ("read an admission", f"/v1/admissions/{row[0]}", READ.format(id=row[0]), READS),
        ("list 50 admissions", "/v1/admissions?limit=50", LIST, PAGES),
    ):
        http = bench.over_http([("GET", path, None)] * count, 200)
        table[name] = (http, bench.with_pgbench(call, count, mode="read only"))
    return table


def admission(bench: Bench, lead: int) -> tuple[str, str, Any]:
    """Return the request that admits a lead, into the classes pgbench would choose for it."""
    of = "00000000-0000-4000-8000-{}".format
    return (
        "POST",
        "/v1/admissions",
        {
            "courseId": of(200_000_000_001 + lead % COURSES),
            "coursePlanId": of(500_000_000_001 + lead % COURSES),
            "startDate": bench.start,
            "timeSlotIds": [of(400_000_000_001 + n % 6) for n in (lead, lead + 1)],
            "leadId": of(lead),
        },
    )


@contextmanager
def served(server: EmbeddedServer, folder: Path) -> Iterator[tuple[int, psutil.Process]]:
    """Serve as ``python -m api serve`` does, with WORKERS processes."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with (folder / "serve.log").open("w", encoding="utf-8") as log:
        process = psutil.Popen(
            [sys.executable, "-m", "api", "serve"],
            cwd=PROJECT,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={
                **os.environ,
                "DATABASE_URL": server.gateway,
                "HOST": "127.0.0.1",
                "PORT": str(port),
                "WORKERS": str(WORKERS),
                "SCHEDULER": "off",
                "LOG_LEVEL": "warning",
            },
        )
        try:
            await_workers(process, port, folder / "serve.log")
            yield port, process
        finally:
            process.terminate()
            process.wait(timeout=60)


def await_workers(process: psutil.Process, port: int, log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.is_running():
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as link:
                link.sendall(b"GET /healthz HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")
                if link.recv(12).endswith(b"200"):
                    time.sleep(2)  # the other workers are coming up, too
                    return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"bench: the API did not start\n{log.read_text(encoding='utf-8')}")


def max_memory(process: psutil.Process) -> float:
    """Return the resident memory of the biggest API process, in MB."""
    processes = [process, *process.children(recursive=True)]
    return max(float(p.memory_info().rss) for p in processes) / 1e6


def machine(version: str | None) -> str:
    """Return a line that tells what the figures were measured on."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next(line.partition(":")[2].strip() for line in lines if line.startswith("model n"))
    except (OSError, StopIteration):
        model = platform.processor() or platform.machine()
    memory = psutil.virtual_memory().total / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {model}, PostgreSQL {version}"


if __name__ == "__main__":
    main()
