"""How fast a school is, at several sizes, on two sides: ``make bench``.

pgbench runs the statements that the gateway sends, and one API process is asked the same over HTTP;
a call's cells follow each other, so that whatever else the machine does slows all of them. Closed
loop, one client, unless a line says otherwise. Schools are kept below ``.bench/data`` between runs;
what writes, writes in a copy. Server, API and load share one machine. The figures go to
``.bench/bench.json``, a plot to ``.bench/bench.svg``. Of the reads that grow most while they answer
as many rows, the plan is told.

``--other NAME=URL`` measures another server beside ours: it answers the same paths, knows the
tokens ``bench-admin``, ``bench-staff``, … and has the data of the first size. Cells that it does
not answer with 2xx are left out.
"""

import argparse
import json
import os
import platform
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg

from api.database.pipeline import Statement
from tests.bench import bare, load, schools
from tests.bench.calls import Reader, Reading, ask, read
from tests.bench.growth import longest_statement
from tests.bench.history import Scale
from tests.bench.load import Measured, Request
from tests.bench.plot import plot
from tests.bench.schools import PEOPLE, BenchSchool, copy_of
from tests.bench.writes import Write, prepare
from tests.support.servers import server_in_a_process, server_process

SECTIONS = ("reads", "contention", "writes", "jobs", "rate", "overload")
"""In their order: a last seat is left only while no date has more people than seats."""
SETTINGS = {"shared_buffers": "512MB", "max_wal_size": "4GB", "checkpoint_timeout": "30min"}
MANY, FEW, RACERS, ROUNDS, PLANS = 1_000, 8, 50, 10, 3
BARE = "create_admission as admin"
"""What is compared with writing its rows alone."""
RATED = {
    "count_unread_notifications": "student",
    "list_my_attendance": "student",
    "list_classroom": "admin",
    "list_admissions": "staff",
    "get_lead": "staff",
}
"""What is asked at a fixed rate, half of what eight clients get answered, besides admissions."""


@dataclass(frozen=True)
class Cell:
    """One measurement. Memory is in MB: the API process, and the largest of its backends."""

    section: str
    call: str
    role: str
    size: int
    side: str
    clients: int
    per_second: float
    p50: float
    p95: float
    count: int
    refused: int
    process_mb: float | None = None
    backend_mb: float | None = None


class Api:
    """One API process on a school."""

    def __init__(self, school: BenchSchool, url: str) -> None:
        self.school, self.url = school, url
        self._process = psutil.Process(server_process(url))

    def process_mb(self) -> float:
        """Resident memory of the process and its children."""
        whole = [self._process, *self._process.children(recursive=True)]
        return float(sum(p.memory_info().rss for p in whole)) / 1e6

    def backend_mb(self) -> float:
        """Memory of its own of the largest backend that serves the process."""
        with psycopg.connect(self.school.owner) as owner:
            rows = owner.execute(
                "select pid from pg_stat_activity where usename = 'school_gateway'"
                " and datname = current_database() and backend_type = 'client backend'"
            ).fetchall()
        return max((_anonymous_mb(pid) for (pid,) in rows), default=0.0)


def _anonymous_mb(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    found = re.search(r"RssAnon:\s+(\d+) kB", status)
    return int(found[1]) / 1000 if found else 0.0


@contextmanager
def serving(school: BenchSchool, folder: Path, pool: int = FEW) -> Iterator[Api]:
    """Serve a school from one process."""

    def conninfo(user: str = "") -> str:
        return school.server.conninfo(user or "postgres", school.database)

    settings = {"WORKERS": "1", "POOL_MAX": str(pool), "LOG_LEVEL": "warning"}
    with server_in_a_process(conninfo, folder, **settings) as url:
        yield Api(school, url)


class Bench:
    """One run: the schools, the options, and the cells so far."""

    def __init__(self, options: argparse.Namespace, all_schools: list[BenchSchool]) -> None:
        self.options = options
        self.schools = all_schools
        self.ends = [all_schools[0], all_schools[-1]][: len(all_schools)]
        self.cells: list[Cell] = []
        self.notes: list[str] = []
        self.folder = Path(tempfile.mkdtemp(prefix="ostinato-bench-"))

    def note(self, line: str) -> None:
        self.notes.append(line)
        print(line, flush=True)

    def keep(
        self,
        section: str,
        call: str,
        role: str,
        size: int,
        side: str,
        found: Measured,
        clients: int = 1,
        api: Api | None = None,
    ) -> Cell:
        cell = Cell(
            section,
            call,
            role,
            size,
            side,
            clients,
            round(found.per_second, 2),
            round(found.p50, 3),
            round(found.p95, 3),
            found.count,
            found.refused,
            None if api is None else round(api.process_mb(), 1),
            None if api is None else round(api.backend_mb(), 1),
        )
        self.cells.append(cell)
        return cell

    def wants(self, label: str) -> bool:
        """Whether the options name a call: ``list_leads as admin``."""
        role = label.rpartition(" ")[2]
        return role in self.options.roles and re.search(self.options.match, label) is not None

    # Reads: every list, every single read, previews of jobs, reports, the export.

    def reads(self) -> None:
        """Ask everything that reads, as every role, of every school."""
        with ExitStack() as stack:
            links = [
                stack.enter_context(psycopg.connect(school.gateway, autocommit=True))
                for school in self.schools
            ]
            found = [
                {r.label: r for r in Reader(school, link, wanted=self.wants).readings()}
                for school, link in zip(self.schools, links, strict=True)
            ]
            apis = [stack.enter_context(serving(school, self.folder)) for school in self.ends]
            growing: list[tuple[float, Reading]] = []
            labels = [
                label
                for label, reading in found[0].items()
                if all(label in other for other in found)
            ]
            heads = [f"{school.size:,}" for school in self.schools]
            print(
                line(
                    "reads: p50 in ms",
                    [
                        *heads,
                        "x",
                        "rows",
                        *(f"HTTP {s.size:,}" for s in self.ends),
                        "HTTP/pgb",
                        "API MB",
                        "backend",
                    ],
                )
            )
            for number, label in enumerate(labels, 1):
                progress(f"{number}/{len(labels)} {label}")
                row = [own[label] for own in found]
                if (growth := self._read(row, links, apis)) is not None:
                    growing.append((growth, row[-1]))
        growing.sort(key=lambda one: -one[0])
        for growth, reading in growing[:PLANS]:
            plan = longest_statement(self.schools[-1], reading)
            self.note(f"{reading.label} grows {growth:.1f} times; at its largest inside: {plan}\n")

    def _read(
        self, row: list[Reading], links: list[psycopg.Connection[Any]], apis: list[Api]
    ) -> float | None:
        """Measure a call; how many times as long it takes in the largest school as in the smallest,
        where it answers as many rows."""
        name, role, seconds = row[0].name, row[0].role, self.options.seconds
        inside: list[Cell] = []
        rows: list[int] = []
        for school, link, reading in zip(self.schools, links, row, strict=True):
            rows.append(read(ask(link, role, reading.statement)).rows)
            times = how_many(link, reading, seconds)
            found = load.pgbench(
                school.gateway, role, reading.statement, reads=True, transactions=times
            )
            inside.append(self.keep("reads", name, role, school.size, "pgbench", found))
        outside: list[Cell] = []
        ends = [row[0], row[-1]][: len(apis)]
        for api, reading in zip(apis, ends, strict=True):
            if reading.path:
                found = load.wrk(api.url, role, [("GET", reading.path, "")], seconds=seconds)
                outside.append(
                    self.keep("reads", name, role, api.school.size, "HTTP", found, api=api)
                )
        if row[0].path:
            self._others("reads", name, role, [("GET", row[0].path, "")])
        answered = f"{rows[0]}" if rows[0] == rows[-1] else f"{rows[0]} {rows[-1]}"
        cells = [*(f"{cell.p50:.2f}" for cell in inside), times_as(inside), answered]
        if outside:
            cells += [f"{cell.p50:.2f}" for cell in outside]
            last = outside[-1].p50
            cells.append(f"{inside[-1].p50 / last:.2f}" if last else "none")
            cells += [f"{outside[-1].process_mb:.0f}", f"{outside[-1].backend_mb:.1f}"]
        print(line(f"{name} as {role}", cells), flush=True)
        return inside[-1].p50 / inside[0].p50 if rows[0] == rows[-1] else None

    def _others(
        self, section: str, name: str, role: str, requests: list[Request], clients: int = 1
    ) -> None:
        for other in self.options.other:
            title, _, url = other.partition("=")
            found = load.wrk(url, role, requests, seconds=self.options.seconds, clients=clients)
            if found.refused == 0:
                cell = self.keep(section, name, role, self.schools[0].size, title, found, clients)
                print(line(f"    {title}", [f"{cell.p50:.2f}", f"{cell.per_second:.0f}/s"]))

    # Writes, in copies.

    def in_copies(self, sections: Sequence[str]) -> None:
        """Do what writes, in a copy of the smallest and of the largest school."""
        with ExitStack() as stack:
            workshops: list[Workshop] = []
            for school in self.ends:
                progress(f"copying the school of {school.size:,} admissions")
                copy = stack.enter_context(copy_of(school))
                owner = stack.enter_context(psycopg.connect(copy.owner, autocommit=True))
                writes = prepare(owner)
                api = stack.enter_context(serving(copy, self.folder))
                gateway = stack.enter_context(psycopg.connect(copy.gateway, autocommit=True))
                reader = Reader(copy, gateway)
                workshops.append(Workshop(copy, owner, gateway, writes, api, reader))
            for section in sections:
                getattr(self, section)(workshops)

    def writes(self, workshops: list["Workshop"]) -> None:
        """Make every write, on both sides, in both copies; admissions with eight clients, too."""
        heads = [f"{w.school.size:,}" for w in workshops]
        print(
            line(
                "writes: p50 in ms, answers/s of the largest",
                [*heads, "x", *(f"HTTP {head}" for head in heads), "pgb/s", "HTTP/s", "ratio"],
            )
        )
        for place, write in enumerate(workshops[0].writes):
            if not self.wants(write.label):
                continue
            for clients in (1, FEW) if write.function == "create_admission" else (1,):
                progress(f"{write.label}, {clients} clients")
                inside: list[Cell] = []
                outside: list[Cell] = []
                for workshop in workshops:
                    one = workshop.writes[place]
                    size, made = workshop.bytes(), workshop.made
                    found = workshop.pgbench(one, self.options.seconds, clients)
                    each = (workshop.bytes() - size) / (workshop.made - made)
                    inside.append(
                        self.keep(
                            "writes",
                            one.function,
                            one.role,
                            workshop.school.size,
                            "pgbench",
                            found,
                            clients,
                        )
                    )
                    answered = workshop.http(one, found.per_second, self.options.seconds, clients)
                    outside.append(
                        self.keep(
                            "writes",
                            one.function,
                            one.role,
                            workshop.school.size,
                            "HTTP",
                            answered,
                            clients,
                            workshop.api,
                        )
                    )
                    if write.label == BARE and clients == 1:
                        plain = workshop.bare(found.count)
                        self.note(
                            f"{one.label}: {found.p50:.2f} ms at {workshop.school.size:,}, its rows"
                            f" alone {plain.p50:.2f} ms, ratio {plain.p50 / found.p50:.2f}"
                        )
                    if answered.refused:
                        self.note(f"{one.label}: {answered.refused} answers were refused over HTTP")
                    if one.function == "create_admission" and clients == FEW:
                        self.note(
                            f"{one.label}: {each / 1000:.1f} kB each at {workshop.school.size:,}"
                        )
                title = write.label + (f", {clients} clients" if clients > 1 else "")
                ratio = inside[-1].p50 / outside[-1].p50
                print(
                    line(
                        title,
                        [
                            *(f"{cell.p50:.2f}" for cell in inside),
                            times_as(inside),
                            *(f"{cell.p50:.2f}" for cell in outside),
                            f"{inside[-1].per_second:.0f}",
                            f"{outside[-1].per_second:.0f}",
                            f"{ratio:.2f}",
                        ],
                    ),
                    flush=True,
                )

    def jobs(self, workshops: list["Workshop"]) -> None:
        """Run every job once, and look for what is broken."""
        heads = [f"{w.school.size:,}" for w in workshops]
        print(line("jobs: seconds", [*heads, "x"]))
        names = workshops[0].owner.execute("select name from jobs.schedule order by name")
        steps = [(str(name), "select jobs.run(%s, null)") for (name,) in names.fetchall()]
        steps.append(("check_invariants", "select count(*) from school.check_invariants() -- %s"))
        for name, statement in steps:
            taken = []
            for workshop in workshops:
                progress(f"{name} at {workshop.school.size:,}")
                started = time.perf_counter()
                workshop.owner.execute(statement.replace("%s", "'" + name + "'"))
                taken.append(time.perf_counter() - started)
                self.keep(
                    "jobs",
                    name,
                    "owner",
                    workshop.school.size,
                    "pgbench",
                    Measured(1 / taken[-1], taken[-1] * 1000, taken[-1] * 1000, 1),
                )
            print(line(name, [*(f"{s:.2f}" for s in taken), f"{taken[-1] / taken[0]:.1f}"]))

    def rate(self, workshops: list["Workshop"]) -> None:
        """Ask at half the rate that eight clients get answered, from when a request was due."""
        workshop = workshops[-1]
        print(
            line(
                f"fixed rate at {workshop.school.size:,}",
                ["per s", "p50 ms", "p95 ms", "HTTP p50", "HTTP p95"],
            )
        )
        readings = {
            (r.name, r.role): r
            for r in workshop.readings(*(f"{k} as {v}" for k, v in RATED.items()))
        }
        for reading in readings.values():
            requests: list[Request] = [("GET", reading.path, "")]
            most = load.wrk(workshop.api.url, reading.role, requests, seconds=1, clients=FEW)
            rate = max(2.0, most.per_second / 2)
            times = max(1, int(2 * rate / FEW))
            inside = load.pgbench(
                workshop.school.gateway,
                reading.role,
                reading.statement,
                reads=True,
                transactions=times,
                clients=FEW,
                rate=rate,
            )
            outside = load.own(
                workshop.api.url, reading.role, requests, seconds=2, clients=FEW, rate=rate
            )
            self._rated(reading.name, reading.role, workshop.school.size, rate, inside, outside)
        write = next(w for w in workshop.writes if w.label == "create_admission as admin")
        most = workshop.pgbench(write, 1, FEW)
        rate = most.per_second / 4
        inside = workshop.pgbench(write, 2, FEW, rate=rate)
        prepared = workshop.take(write, int(2 * rate))
        outside = load.own(
            workshop.api.url, write.role, prepared, seconds=None, clients=FEW, rate=rate
        )
        self._rated(write.function, write.role, workshop.school.size, rate, inside, outside)

    def _rated(
        self, name: str, role: str, size: int, rate: float, inside: Measured, outside: Measured
    ) -> None:
        self.keep("rate", name, role, size, "pgbench", inside, FEW)
        self.keep("rate", name, role, size, "HTTP", outside, FEW)
        cells = [rate, inside.p50, inside.p95, outside.p50, outside.p95]
        print(line(f"{name} as {role}", [f"{cell:.1f}" for cell in cells]), flush=True)

    def overload(self, workshops: list["Workshop"]) -> None:
        """Compare a thousand clients that try again at once with eight."""
        workshop = workshops[0]
        (reading,) = workshop.readings("list_admissions as admin")
        write = next(w for w in workshop.writes if w.label == "create_admission as admin")
        print(line("overload: good answers/s", [str(FEW), str(MANY), "ratio", "API MB"]))
        for name, role in ((reading.name, reading.role), (write.function, write.role)):
            found = []
            for clients in (FEW, MANY):
                progress(f"overload, {name}, {clients} clients")
                requests: list[Request] = [("GET", reading.path, "")]
                if name == write.function:
                    requests = workshop.take(write, 2_000)
                answered = load.own(
                    workshop.api.url, role, requests, seconds=4, clients=clients, retry=True
                )
                found.append(
                    self.keep(
                        "overload",
                        name,
                        role,
                        workshop.school.size,
                        "HTTP",
                        answered,
                        clients,
                        workshop.api,
                    )
                )
            print(
                line(
                    f"{name} as {role}",
                    [
                        *(f"{cell.per_second:.0f}" for cell in found),
                        f"{found[1].per_second / found[0].per_second:.2f}",
                        f"{found[1].process_mb:.0f}",
                    ],
                ),
                flush=True,
            )

    def contention(self, workshops: list["Workshop"]) -> None:
        """Let fifty clients at once want the last seat, and fifty a seat of their own."""
        workshop = workshops[0]
        write = next(w for w in workshop.writes if w.label == "create_admission as admin")
        plain: list[Measured] = []
        last: list[Measured] = []
        for number in range(ROUNDS):
            progress(f"last seat, {number + 1}/{ROUNDS}")
            plain.append(
                load.own(
                    workshop.api.url,
                    write.role,
                    workshop.take(write, RACERS),
                    seconds=None,
                    clients=RACERS,
                )
            )
            requests = workshop.take(write, 1) * RACERS
            workshop.leave_one_seat(requests[0])
            last.append(
                load.own(workshop.api.url, write.role, requests, seconds=None, clients=RACERS)
            )
            workshop.owner.execute("update school.classroom_slots set capacity = 1000")
        seats = [one.count for one in last]
        rates = [_answers_per_second(side) for side in (plain, last)]
        found = workshop.owner.execute(
            "select deadlocks, (select count(*) from school.check_invariants())"
            " from pg_stat_database where datname = current_database()"
        ).fetchone()
        self.note(
            f"last seat, {RACERS} clients: {rates[1]:.0f} answers/s, {rates[0]:.0f} with a seat for"
            f" each, ratio {rates[1] / rates[0]:.2f}; admitted per round {min(seats)} to"
            f" {max(seats)}; deadlocks and broken invariants {found}"
        )


def _answers_per_second(rounds: list[Measured]) -> float:
    """All answers, refusals too, by the time that the rounds took."""
    seconds = sum(one.count / one.per_second for one in rounds if one.count)
    return sum(one.count + one.refused for one in rounds) / seconds


class Workshop:
    """A copy of a school to write in, with numbers that have not been used."""

    def __init__(
        self,
        school: BenchSchool,
        owner: psycopg.Connection[Any],
        gateway: psycopg.Connection[Any],
        writes: list[Write],
        api: Api,
        reader: Reader,
    ) -> None:
        self.school, self.owner, self.gateway = school, owner, gateway
        self.writes, self.api, self.reader = writes, api, reader
        self.made = 0
        self._next: dict[str, int] = {}

    def readings(self, *labels: str) -> list[Reading]:
        """Return some of the calls that read."""
        return list(Reader(self.school, self.gateway, wanted=labels.__contains__).readings())

    def bytes(self) -> int:
        row = self.owner.execute("select pg_database_size(current_database())").fetchone()
        return int(row[0]) if row else 0

    def first(self, write: Write, count: int) -> int:
        """Return the first of ``count`` numbers that no other cell uses."""
        key = ",".join(sorted(a.word for a in write.arguments.values() if hasattr(a, "word")))
        first = self._next.get(key, 1)
        self._next[key] = first + count
        return first

    def take(self, write: Write, count: int) -> list[Request]:
        first = self.first(write, count)
        return [write.request(n) for n in range(first, first + count)]

    def pgbench(
        self, write: Write, seconds: float, clients: int, rate: float | None = None
    ) -> Measured:
        statement = Statement(write.sql(self.reader.plans).encode())

        def run(times: int) -> Measured:
            self.made += times * clients
            return load.pgbench(
                self.school.gateway,
                write.role,
                statement,
                reads=False,
                transactions=times,
                clients=clients,
                first=self.first(write, times * clients),
                rate=rate,
            )

        if rate is not None:
            return run(max(1, int(seconds * rate / clients)))
        warm = run(max(2, 16 // clients))
        least = 200 // clients if clients > 1 else 5  # enough to tell the bytes of one
        return run(max(least, min(1_000, int(seconds * warm.per_second / clients))))

    def bare(self, times: int) -> Measured:
        """Write the rows of so many admissions without their rules."""
        bare.prepare(self.owner)
        return load.pgbench(
            self.school.gateway, "admin", bare.ADMISSION, reads=False, transactions=times
        )

    def http(self, write: Write, per_second: float, seconds: float, clients: int) -> Measured:
        # Each connection of the API compiles what it runs for the first time, as each of pgbench's.
        times = max(25 * clients, int(per_second * seconds))
        requests = self.take(write, 5 * clients + times)
        warming, asked = requests[: 5 * clients], requests[5 * clients :]
        load.own(self.api.url, write.role, warming, seconds=None, clients=clients)
        return load.own(self.api.url, write.role, asked, seconds=None, clients=clients)

    def leave_one_seat(self, request: Request) -> None:
        """Leave one seat in the classes that a request wants."""
        body = json.loads(request[2])
        self.owner.execute(
            "update school.classroom_slots as k set capacity = greatest(1, (select count(*)"
            " from school.classroom_enrollments as e where e.classroom_slot_id = k.id"
            " and e.status = 'active') + (not exists (select from school.classroom_slots as o"
            " where o.time_slot_id = k.time_slot_id and o.course_id = k.course_id"
            " and o.id < k.id))::integer) where k.time_slot_id = any (%s::uuid[])"
            " and k.course_id = %s",
            (body["timeSlotIds"], body["courseId"]),
        )


def how_many(link: psycopg.Connection[Any], reading: Reading, seconds: float) -> int:
    """How many calls fill a cell: at least ten, when a call is not slow."""
    ask(link, reading.role, reading.statement)
    started = time.perf_counter()
    ask(link, reading.role, reading.statement)
    took = time.perf_counter() - started
    return max(10 if took < 0.5 else 2, min(2_000, int(seconds / took)))


def times_as(cells: list[Cell]) -> str:
    """How many times the first cell's time the last one's is."""
    return f"{cells[-1].p50 / cells[0].p50:.2f}"


def line(title: str, cells: Sequence[str]) -> str:
    return f"{title:<44}" + "".join(f"{cell:>13}" for cell in cells)


def progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}\r", end="", file=sys.stderr, flush=True)


def machine(server_version: str) -> str:
    """Return a line that tells what the figures were measured on."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next(text.partition(":")[2].strip() for text in lines if text.startswith("model n"))
    except (OSError, StopIteration):
        model = platform.processor() or platform.machine()
    memory = psutil.virtual_memory().total / 2**30
    busy = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB, {model}, PostgreSQL {server_version}; "
        f"load before {busy}"
    )


def options_of(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""

    def numbers(text: str) -> list[int]:
        return sorted(int(part) for part in text.split(","))

    def words(known: Sequence[str]) -> Any:
        def read(text: str) -> list[str]:
            found = text.split(",")
            if unknown := [word for word in found if word not in known]:
                raise argparse.ArgumentTypeError(f"{unknown[0]} is none of {', '.join(known)}")
            return found

        return read

    parser = argparse.ArgumentParser(
        prog="make bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--sizes",
        type=numbers,
        default=[1_000, 10_000, 100_000],
        help="admissions of the schools (default 1000,10000,100000)",
    )
    parser.add_argument(
        "--only",
        type=words(SECTIONS),
        default=list(SECTIONS),
        help="sections: " + ",".join(SECTIONS),
    )
    parser.add_argument(
        "--roles",
        type=words(list(PEOPLE)),
        default=["admin", "staff", "teacher", "student"],
        help="default admin,staff,teacher,student",
    )
    parser.add_argument("--match", default="", help="only calls whose 'name as role' matches")
    parser.add_argument("--seconds", type=float, default=0.5, help="of a cell (wrk: at least 1)")
    parser.add_argument(
        "--other",
        action="append",
        default=[],
        metavar="NAME=URL",
        help="another server to measure beside ours",
    )
    return parser.parse_args(arguments)


def main() -> None:
    """Run what the options name."""
    options = options_of()
    began = time.monotonic()
    if load.WRK is None:
        print("wrk is not installed; our own clients send the load and take time of their own")
    with schools.running(schools.FOLDER / "data", SETTINGS) as server:
        all_schools = [schools.opened(server, size, Scale(), print) for size in options.sizes]
        with psycopg.connect(server.owner) as owner:
            version = owner.info.parameter_status("server_version") or ""
        where = machine(version)
        print(where)
        bench = Bench(options, all_schools)
        if "reads" in options.only:
            bench.reads()
        if copied := [section for section in options.only if section != "reads"]:
            bench.in_copies(copied)
    print()
    for note in bench.notes:
        print(note)
    document = {
        "machine": where,
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "notes": bench.notes,
        "cells": [asdict(cell) for cell in bench.cells],
    }
    (schools.FOLDER / "bench.json").write_text(json.dumps(document, indent=1), encoding="utf-8")
    picture = plot([asdict(cell) for cell in bench.cells])
    (schools.FOLDER / "bench.svg").write_text(picture, encoding="utf-8")
    print(f"{len(bench.cells)} cells in {time.monotonic() - began:.0f} s; .bench/bench.json, .svg")


if __name__ == "__main__":
    main()
