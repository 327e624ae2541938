"""What does not depend on the machine, at two sizes: ``make bench-check``.

Every reading call, as every role that may, and what is written on most days, in a school of 300
admissions and in one of 3,000 that is otherwise the same: pages touched and rows scanned for each
row it answers may grow to 1.2 times; no table that grows is read from end to end; each list uses
the index that expected.toml names, and no call runs more statements than it says there. Each is
one round trip over HTTP. What writes does so in a copy.

Counted is the sixth call of a transaction, when functions have settled on their plans; of a call
with a filter, the second. Sequential scans are switched off, or a small school would be read in
another way than a large one; without that, each call is looked at once more in the large school
for tables that are read from end to end.
"""

import argparse
import json
import sys
import time
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, LiteralString

import httpx
import psycopg
from psycopg import pq

from api.database import gateway as gateway_module
from api.database.catalog import read_catalog
from api.database.gateway import BEGIN_READ_ONLY
from api.database.pipeline import Row, Statement, exchange
from api.http.plans import plans_of
from api.settings import Settings
from tests.bench import schools
from tests.bench.calls import Reader, Reading, ask, enter, read, run, text_of
from tests.bench.history import Scale
from tests.bench.schools import PEOPLE, BenchSchool, copy_of, token
from tests.bench.writes import Write, prepare
from tests.support.servers import running_server

SIZES = (300, 3_000)
SCALE = Scale(teachers=10, staff=5, running=180, open_leads=60)
LIMIT = 20
MOST = 1.2
MADE = 20
WARM = 5
"""How many calls a connection makes first, so that functions have settled on their plans."""
PATIENCE_S = 2.0
"""How long a call is repeated."""
SLACK_PAGES = 4.0
"""How many pages a row may cost more whatever it cost before: an index that is a level deeper."""
SETTINGS = {
    "shared_preload_libraries": "pg_stat_statements",
    "pg_stat_statements.track": "all",
    "autovacuum": "off",
}
EXPECTED = Path(__file__).with_name("expected.toml")

USED: LiteralString = """
select c.relname::text, c.relkind::text, coalesce(t.relname, c.relname)::text,
  coalesce(i.indisprimary, false), pg_stat_get_xact_numscans(c.oid),
  pg_stat_get_xact_tuples_returned(c.oid)
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
left join pg_catalog.pg_index as i on i.indexrelid = c.oid
left join pg_catalog.pg_class as t on t.oid = i.indrelid
where n.nspname in ('school', 'auth', 'jobs') and c.relkind in ('r', 'p', 'i')
"""
SIZE_OF_TABLES: LiteralString = """
select c.relname::text, greatest(c.reltuples, 0)
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where n.nspname in ('school', 'auth', 'jobs') and c.relkind in ('r', 'p')
"""


@dataclass(frozen=True)
class Cost:
    """What one call took: rows it answered, pages it touched, rows that it scanned.

    ``tables`` are those read from end to end, with their rows; ``indexes`` the other than primary
    keys that were used, with their tables.
    """

    rows: int
    pages: int
    scanned: int
    tables: dict[str, int]
    indexes: dict[str, str]

    @property
    def pages_each(self) -> float:
        return self.pages / max(self.rows, 1)

    @property
    def scanned_each(self) -> float:
        return self.scanned / max(self.rows, 1)


@dataclass
class Found:
    """What there is to say of one call; ``whole`` are the tables read from end to end, with their
    rows, where the planner may choose that."""

    reading: Reading
    small: Cost
    large: Cost
    statements: int | None = None
    whole: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    @property
    def is_comparable(self) -> bool:
        return self.small.rows == self.large.rows

    @property
    def growth(self) -> float:
        """How many times as much a row costs in the large school, in pages or in rows scanned."""
        small, large = self.small, self.large
        pages = (large.pages_each - SLACK_PAGES) / max(small.pages_each, 1)
        scanned = (large.scanned_each - SLACK_PAGES) / max(small.scanned_each, 1)
        return max(pages, scanned)


def counted(connection: psycopg.Connection[Any]) -> dict[str, tuple[str, str, bool, int, int]]:
    rows = connection.execute(USED).fetchall()
    return {name: (kind, table, primary, s, t) for name, kind, table, primary, s, t in rows}


def cost(connection: psycopg.Connection[Any], reading: Reading, warm: int) -> Cost:
    """Run a call as its role so many times and once more, and weigh the last."""
    try:
        run(connection, Statement(BEGIN_READ_ONLY.sql))
        run(connection, enter(reading.role))
        return weighed(connection, [reading.statement] * (warm + 1))
    finally:
        connection.pgconn.exec_(b"rollback")


def weighed(connection: psycopg.Connection[Any], statements: Sequence[Statement]) -> Cost:
    """Run statements, the second to the last but one while patience lasts; weigh the last."""
    explain = b"explain (analyze, buffers, timing off, summary off, format json) "
    *warming, last = statements
    body = b""
    started = time.monotonic()
    for number, statement in enumerate(warming):
        if number == 0 or time.monotonic() - started < PATIENCE_S:
            body = text_of(run(connection, statement))
    before = counted(connection)
    plan = json.loads(
        run(connection, Statement(explain + last.sql, last.values)).get_value(0, 0) or b""
    )[0]["Plan"]
    after = counted(connection)
    tables: dict[str, int] = {}
    indexes: dict[str, str] = {}
    scanned = 0
    for name, (kind, table, primary, scans, tuples) in after.items():
        *_, scans_before, tuples_before = before[name]
        scanned += tuples - tuples_before
        if scans > scans_before and kind == "i" and not primary:
            indexes[name] = table
        elif scans > scans_before and kind != "i":
            tables[name] = tuples - tuples_before
    pages = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] + plan["Temp Read Blocks"]
    return Cost(read(body).rows, pages, scanned, tables, indexes)


def statements_inside(watcher: psycopg.Connection[Any], call: Callable[[], object]) -> int:
    """How many statements run inside the functions of a call."""
    watcher.execute("select pg_stat_statements_reset()")
    call()
    row = watcher.execute(
        "select coalesce(sum(calls), 0)::integer from pg_stat_statements where not toplevel"
    ).fetchone()
    return 0 if row is None else int(row[0])


def measured(
    both: Sequence[BenchSchool], watcher: psycopg.Connection[Any], *, filters: bool
) -> list[Found]:
    """Weigh every call in both schools, each role on a connection of its own."""
    found: list[Found] = []
    with ExitStack() as stack:

        def connected(school: BenchSchool, scans: str) -> dict[str, psycopg.Connection[Any]]:
            options = f"-c enable_seqscan={scans}"
            return {
                role: stack.enter_context(
                    psycopg.connect(school.gateway, autocommit=True, options=options)
                )
                for role in PEOPLE
            }

        links = [connected(school, "off") for school in both]
        freely = connected(both[1], "on")
        readings = [
            {
                r.label: r
                for r in Reader(school, own["admin"], limit=LIMIT, filters=filters).readings()
            }
            for school, own in zip(both, links, strict=True)
        ]
        shared = [label for label in readings[0] if label in readings[1]]
        for number, label in enumerate(shared, 1):
            if number % 100 == 0:
                print(f"{number} of {len(shared)} calls weighed", file=sys.stderr, flush=True)
            small, large = (own[label] for own in readings)
            role = large.role
            try:
                warm = WARM if large.is_plain else 1
                one = Found(
                    large, cost(links[0][role], small, warm), cost(links[1][role], large, warm)
                )
            except psycopg.Error:
                if large.is_plain:
                    raise
                continue  # this role may not filter so
            if large.is_plain:
                one.whole = cost(freely[role], large, 1).tables
                one.statements = statements_inside(
                    watcher, partial(ask, links[1][role], role, large.statement)
                )
            found.append(one)
    return found


def measured_writes(both: Sequence[BenchSchool], watcher: psycopg.Connection[Any]) -> list[Found]:
    """Make every write in a copy of each school, in the large one also with the planner free to
    choose."""
    small, large = (
        {write.label: weight for write, weight, _ in written_in(school, "off", watcher)}
        for school in both
    )
    return [
        Found(_reading_of(write), small[write.label], large[write.label], statements, free.tables)
        for write, free, statements in written_in(both[1], "on", watcher)
    ]


def _reading_of(write: Write) -> Reading:
    nothing = Statement(b"")
    return Reading(write.function, write.function, write.role, nothing, "", False, True)


def written_in(
    school: BenchSchool, scans: str, watcher: psycopg.Connection[Any]
) -> Iterator[tuple[Write, Cost, int]]:
    """Weigh each write in a copy of a school, and count the statements inside."""
    with (
        copy_of(school) as copy,
        psycopg.connect(copy.owner, options=f"-c enable_seqscan={scans}") as connection,
    ):
        plans = plans_of(read_catalog(connection))
        writes = prepare(connection, MADE, once=True)
        connection.execute("set local session authorization school_gateway")
        for write in writes:
            numbered = [write.statement(plans, n) for n in range(1, WARM + 3)]
            run(connection, Statement(b"savepoint of_this_write"))
            run(connection, enter(write.role))
            weight = weighed(connection, numbered[:-1])
            statements = statements_inside(watcher, partial(run, connection, numbered[-1]))
            run(connection, Statement(b"rollback to of_this_write"))
            yield write, weight, statements
        connection.rollback()


def growing(both: Sequence[BenchSchool]) -> set[str]:
    """The tables that have more rows in the large school."""
    sizes: list[dict[str, float]] = []
    for school in both:
        with psycopg.connect(school.owner) as owner:
            sizes.append(dict(owner.execute(SIZE_OF_TABLES).fetchall()))
    return {name for name, rows in sizes[1].items() if rows > 1.5 * sizes[0][name]}


def over_http(school: BenchSchool, readings: Iterable[Reading]) -> dict[str, tuple[int, int]]:
    """Ask over HTTP; how many round trips and statements each call was for the database."""
    trips: list[int] = []

    async def counting(
        pgconn: pq.abc.PGconn, statements: Sequence[Statement], row: Row | None = None
    ) -> list[pq.abc.PGresult]:
        trips.append(len(statements))
        return await exchange(pgconn, statements, row)

    settings = Settings(
        database_url=school.gateway, pool_max=2, scheduler="off", statement_timeout_ms=120_000
    )
    result: dict[str, tuple[int, int]] = {}
    setattr(gateway_module, "exchange", counting)  # noqa: B010
    try:
        with (
            running_server(settings) as server,
            httpx.Client(base_url=server.url, timeout=150) as client,
        ):
            for reading in readings:
                headers = {"Authorization": f"Bearer {token(reading.role)}"}
                trips.clear()
                answer = client.get(reading.path, headers=headers)
                if answer.status_code != 200:
                    raise SystemExit(f"bench-check: {reading.label}: {answer.text}")
                result[reading.label] = (len(trips), sum(trips))
    finally:
        setattr(gateway_module, "exchange", exchange)  # noqa: B010
    return result


def judge(
    found: list[Found],
    trips: dict[str, tuple[int, int]],
    tables: set[str],
    expected: dict[str, Any],
) -> None:
    """Note at each call what is not as expected."""
    for one in found:
        reading, large = one.reading, one.large
        if one.is_comparable and one.growth > MOST:
            one.faults.append(
                f"grows {one.growth:.1f} times: pages {one.small.pages} -> {large.pages}, "
                f"rows scanned {one.small.scanned} -> {large.scanned}, for {large.rows} rows"
            )
        read_whole = {**large.tables, **one.whole}
        whole = [f"{name} ({rows} rows)" for name, rows in read_whole.items() if name in tables]
        if whole:
            one.faults.append(f"reads a table that grows from end to end: {', '.join(whole)}")
        if not reading.is_plain:
            continue
        known = expected.get(reading.role, {}).get(reading.name)
        if known is None:
            one.faults.append("is new: write the expectations anew")
            continue
        if one.statements is not None and one.statements > known["statements"]:
            one.faults.append(f"runs {one.statements} statements, not {known['statements']}")
        if reading.is_list:
            used = indexes_of(one, tables)
            lacking = [name for name in known.get("indexes", []) if name not in used]
            if lacking:
                one.faults.append(f"does not use {', '.join(lacking)}, but {', '.join(used)}")
        if reading.path and trips[reading.label] != (1, 4):
            one.faults.append("takes {} round trips of {} statements".format(*trips[reading.label]))


def indexes_of(one: Found, tables: set[str]) -> list[str]:
    return sorted(name for name, table in one.large.indexes.items() if table in tables)


def written(found: list[Found], tables: set[str], exceptions: dict[str, str]) -> str:
    """The expectations as the file has them."""
    lines = [
        "# What make bench-check expects of each call as each role: statements that run inside",
        "# its functions, and of a list the indexes of growing tables by which it is read, primary",
        "# keys aside. make bench-check ARGUMENTS=--write writes all anew but the exceptions:",
        "# a call, or a call as a role, and why it may grow or read a table from end to end.",
        "",
        "[exceptions]",
        *(f"{json.dumps(name)} = {json.dumps(reason)}" for name, reason in exceptions.items()),
    ]
    for role in PEOPLE:
        lines += ["", f"[{role}]"]
        for one in found:
            if one.reading.role != role or not one.reading.is_plain:
                continue
            name = one.reading.name
            line = f"{json.dumps(name) if ' ' in name else name} = {{ statements = {one.statements}"
            used = indexes_of(one, tables)
            if one.reading.is_list and used:
                line += f", indexes = {json.dumps(used)}"
            lines.append(line + " }")
    return "\n".join(lines) + "\n"


def excused(one: Found, exceptions: dict[str, str]) -> str | None:
    """The reason why a call may be as it is."""
    reading = one.reading
    names = (reading.label, reading.name, f"{reading.function} as {reading.role}", reading.function)
    return next((exceptions[name] for name in names if name in exceptions), None)


def main() -> int:
    """Measure, compare, tell; 1 when a call is not as expected."""
    parser = argparse.ArgumentParser(prog="make bench-check", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write expected.toml anew")
    parser.add_argument("--plain", action="store_true", help="leave the lists' filters out")
    parser.add_argument("--all", action="store_true", help="show every call, the worst last")
    options = parser.parse_args()
    began = time.monotonic()
    expected: dict[str, Any] = {}
    if EXPECTED.exists():
        expected = tomllib.loads(EXPECTED.read_text(encoding="utf-8"))
    exceptions: dict[str, str] = expected.get("exceptions", {})
    with schools.running(schools.FOLDER / "check", SETTINGS, durable=False) as server:
        both = [schools.opened(server, size, SCALE, print) for size in SIZES]
        with psycopg.connect(server.conninfo(database="postgres"), autocommit=True) as watcher:
            watcher.execute("create extension if not exists pg_stat_statements")
            for school in both:
                with psycopg.connect(school.owner) as owner:
                    broken = owner.execute("select * from school.check_invariants()").fetchmany(5)
                if broken:
                    raise SystemExit(f"bench-check: the history is not sound: {broken}")
            found = measured(both, watcher, filters=not options.plain)
            found += measured_writes(both, watcher)
        plain = [one.reading for one in found if one.reading.is_plain and one.reading.path]
        trips = over_http(both[1], plain)
        tables = growing(both)
    if options.write:
        EXPECTED.write_text(written(found, tables, exceptions), encoding="utf-8")
        expected = tomllib.loads(EXPECTED.read_text(encoding="utf-8"))
    judge(found, trips, tables, expected)
    if options.all:
        for one in sorted(found, key=lambda one: one.growth):
            print(
                f"{one.growth:6.2f} {one.small.rows:5}/{one.large.rows:<5} pages"
                f" {one.small.pages:6} -> {one.large.pages:<6} scanned"
                f" {one.small.scanned:6} -> {one.large.scanned:<6} {one.reading.label}"
            )
    return tell(found, exceptions, time.monotonic() - began)


def tell(found: list[Found], exceptions: dict[str, str], seconds: float) -> int:
    """Print what is not as expected; 1 when something is not excused."""
    faulty = [one for one in found if one.faults]
    bad = [one for one in faulty if excused(one, exceptions) is None]
    for one in sorted(bad, key=lambda one: -one.growth):
        print(f"{one.reading.label}\n    " + "\n    ".join(one.faults))
    for one in faulty:
        if one not in bad:
            print(f"excused: {one.reading.label}: {excused(one, exceptions)}")
    unlike = [one.reading.label for one in found if not one.is_comparable]
    if unlike:
        print(f"{len(unlike)} calls answer other rows in the large school and are not compared:")
        print("    " + ", ".join(unlike))
    print(
        f"{len(found)} calls in schools of {SIZES[0]} and {SIZES[1]} admissions, {seconds:.0f} s: "
        f"{len(bad)} not as expected, {len(faulty) - len(bad)} excused"
    )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
