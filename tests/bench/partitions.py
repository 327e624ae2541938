"""Attendance and the log of events as tables, and cut into years: ``python -m
tests.bench.partitions``.

Makes a school of so many admissions of 48 classes each and so many events, weighs the calls that
read or write them, makes both tables again as yearly partitions in the same database, and weighs
once more. Prints Markdown: docs/partitioning.md tells what came of it.
"""

import argparse
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from api.database import migrations
from api.database.catalog import read_catalog
from api.database.gateway import BEGIN_READ_ONLY
from api.database.pipeline import Statement
from api.http.plans import plans_of
from tests.bench import history, schools
from tests.bench.calls import Reader, Reading, enter, run
from tests.bench.check import weighed
from tests.bench.schools import BenchSchool
from tests.bench.writes import prepare
from tests.support.school import NOW, Clock

SETTINGS = {"shared_buffers": "2GB", "jit": "off", "max_wal_size": "8GB", "work_mem": "16MB"}
WARM, TIMED = 2, 5
READS = (
    "list_attendance",
    "list_my_attendance",
    "get_attendance",
    "list_classroom",
    "list_admissions",
    "get_admission",
    "list_notification_events",
    "preview_job",
    "report_attendance",
    "report_teaching_hours",
)
FILTERED = ("list_attendance", "list_my_attendance", "list_notification_events")
WRITES = (
    "create_admission",
    "mark_attendance",
    "mark_attendances",
    "approve_reschedule_request",
    "pause_admission",
)
EVENTS: tuple[LiteralString, ...] = (
    "set session_replication_role = replica",
    """
    insert into school.notification_events (type, entity_type, entity_id, actor_user_id, payload,
      day, created_at)
    select 'admission.created', 'admission', md5('admission ' || 1 + n %% %(admissions)s)::uuid,
      md5('ada 1')::uuid, '{"courseName": "Course", "studentName": "Student", "recipients": []}',
      d.date, d.date
    from generate_series(1, %(events)s) as n
    cross join lateral (select date '2017-03-01' + (3650::bigint * n / %(events)s)::integer as date)
      as d""",
    "set session_replication_role = origin",
)


@dataclass(frozen=True)
class Cut:
    """A table to be cut by a column, and an old year of it."""

    table: str
    column: str
    old: tuple[LiteralString, LiteralString] = ("2018-01-01", "2019-01-01")

    @property
    def name(self) -> str:
        return f"school.{self.table}"


CUTS = (Cut("attendance", "class_date"), Cut("notification_events", "created_at"))
YEARS = range(2016, 2029)


@dataclass
class Weights:
    """What was found of one form of the tables: milliseconds and pages by call, and the rest."""

    calls: dict[str, tuple[float, float]] = field(default_factory=dict)
    rest: dict[str, str] = field(default_factory=dict)


def reads(school: BenchSchool) -> Iterator[tuple[str, tuple[float, float]]]:
    """Weigh every reading call of READS, as each role, some lists with each filter."""
    for role in ("admin", "staff", "teacher", "student"):
        with psycopg.connect(school.gateway, autocommit=True) as connection:
            reader = Reader(
                school,
                connection,
                filters=True,
                wanted=lambda label, role=role: (  # type: ignore[misc]
                    label.startswith(READS) and label.endswith(role)
                ),
            )
            for reading in list(reader.readings()):
                if not (reading.is_plain or reading.function in FILTERED):
                    continue
                try:
                    yield reading.label, timed(connection, reading)
                except psycopg.Error:
                    continue  # this role may not filter so


def timed(connection: psycopg.Connection[Any], reading: Reading) -> tuple[float, float]:
    try:
        run(connection, Statement(BEGIN_READ_ONLY.sql))
        run(connection, enter(reading.role))
        return weight(connection, [reading.statement] * (WARM + TIMED + 2))
    finally:
        connection.pgconn.exec_(b"rollback")


def weight(connection: psycopg.Connection[Any], statements: list[Statement]) -> tuple[float, float]:
    """Return the median of the timed statements, in milliseconds, and the pages of the last."""
    took = []
    for statement in statements[:-2]:
        began = time.perf_counter()
        run(connection, statement)
        took.append(1000 * (time.perf_counter() - began))
    return statistics.median(took[WARM:]), weighed(connection, statements[-2:]).pages


def writes(school: BenchSchool) -> Iterator[tuple[str, tuple[float, float]]]:
    """Weigh every writing call of WRITES, and take it back."""
    with psycopg.connect(school.owner) as connection:
        plans = plans_of(read_catalog(connection))
        made = prepare(connection, 100, once=True)
        connection.execute("set local session authorization school_gateway")
        for write in made:
            if write.function in WRITES:
                run(connection, Statement(b"savepoint of_this_write"))
                run(connection, enter(write.role))
                numbered = [write.statement(plans, n) for n in range(1, WARM + TIMED + 3)]
                yield write.label, weight(connection, numbered)
                run(connection, Statement(b"rollback to of_this_write"))
        connection.rollback()


def sizes(connection: psycopg.Connection[Any], cut: Cut) -> Iterator[tuple[str, str]]:
    row = connection.execute(
        "select pg_size_pretty(sum(pg_table_size(t.relid))),"
        " pg_size_pretty(sum(pg_indexes_size(t.relid))) from (select %s::regclass union"
        " select p.relid from pg_partition_tree(%s) as p where p.isleaf) as t (relid)",
        (cut.name, cut.name),
    ).fetchone()
    assert row is not None
    yield f"{cut.table}: rows", row[0]
    yield f"{cut.table}: indexes", row[1]


def removal(connection: psycopg.Connection[Any], cut: Cut, *, is_cut: bool) -> str:
    """How long an old year takes to go; it comes back."""
    first, end = cut.old
    with connection.transaction(force_rollback=True):
        connection.execute("set local session_replication_role = replica")  # no guard, no keys
        rows: Any = ""
        began = time.monotonic()
        if is_cut:
            part = f"{cut.name}_{first[:4]}"
            connection.execute(f"alter table {cut.name} detach partition {part}".encode())
            connection.execute(f"drop table {part}".encode())
        else:
            rows = connection.execute(
                f"delete from {cut.name} where {cut.column} >= '{first}'"
                f" and {cut.column} < '{end}'".encode()
            ).rowcount
        took = time.monotonic() - began
    return f"{took:.2f} s" + (f" ({rows:,} rows)" if rows else "")


def purge_step(school: BenchSchool) -> str:
    """How long one run of the job takes that has old events to remove; they come back."""
    with psycopg.connect(school.owner) as connection:
        connection.execute(
            "update jobs.retention set days = 3000 where kind = 'notification_event'"
        )
        began = time.monotonic()
        (rows,) = connection.execute("select jobs.purge()").fetchone() or (0,)
        took = time.monotonic() - began
        connection.rollback()
    return f"{took:.2f} s ({rows:,} rows)"


def audited(owner: psycopg.Connection[Any]) -> str:
    """How many rows of history a class leaves that is moved over New Year; it comes back."""
    with owner.transaction(force_rollback=True):
        moved = owner.execute(
            "update school.attendance set class_date = class_date + 30 where id = ("
            " select id from school.attendance where class_date between '2026-12-02' and"
            " '2026-12-31' limit 1)"
        ).rowcount
        row = owner.execute(
            "select count(*) from school.attendance_history where field = 'classDate'"
            " and created_at = school.clock()"
        ).fetchone()
    return f"{row[0] if row else 0} of {moved}"


def cut_into_years(owner: psycopg.Connection[Any], cut: Cut) -> None:
    """Make a table again as partitions: keys and what is unique get the column, and the keys of
    others that point at it go.

    The partitions are nobody's: their rows are reached through the table, whose policies hold.
    """

    def do(*statements: str) -> None:
        for statement in statements:
            owner.execute(statement.encode())

    def told(query: str) -> list[Any]:
        return owner.execute(query.encode()).fetchall()

    old, of_table = f"{cut.name}_whole", f"'{cut.name}'::regclass"
    indexes = told(
        "select c.relname, pg_get_indexdef(i.indexrelid) from pg_index as i"
        " join pg_class as c on c.oid = i.indexrelid"
        f" where i.indrelid = {of_table} and not i.indisprimary"
    )
    keys = told(
        "select conname, pg_get_constraintdef(oid) from pg_constraint"
        f" where conrelid = {of_table} and contype = 'f'"
    )
    hidden = told(
        f"select attname from pg_attribute where attrelid = {of_table} and attstattarget = 0"
    )
    foreign = told(
        f"select conrelid::regclass, conname from pg_constraint where confrelid = {of_table}"
    )
    do(
        *(f"alter table {table} drop constraint {name}" for table, name in foreign),
        f"alter table {cut.name} rename to {cut.table}_whole",
        f"alter index {cut.name}_pkey rename to {cut.table}_whole_pkey",
        *(f"alter index school.{name} rename to {name}_whole" for name, _ in indexes),
        f"create table {cut.name} (like {old} including all excluding indexes)"
        f" partition by range ({cut.column})",
        *(
            f"create table {cut.name}_{year} partition of {cut.name}"
            f" for values from ('{year}-01-01') to ('{year + 1}-01-01')"
            for year in YEARS
        ),
        f"create table {cut.name}_other partition of {cut.name} default",
        *(f"alter table {cut.name} add constraint {name} {text}" for name, text in keys),
        "set session_replication_role = replica",  # the keys were held to before
        f"insert into {cut.name} overriding system value select * from {old}",
        "set session_replication_role = origin",
        f"alter table {cut.name} add primary key (id, {cut.column})",
        *(with_column(definition, cut.column) for _, definition in indexes),
        *(f"alter table {cut.name} alter column {name} set statistics 0" for (name,) in hidden),
    )
    for (part,) in told(f"select relid::regclass from pg_partition_tree('{cut.name}')"):
        do(
            f"alter table {part} enable row level security, force row level security",
            f"alter table {part} owner to school_owner",
        )


def with_column(definition: str, column: str) -> str:
    """Return how an index is made; what is unique is so together with the column."""
    if definition.startswith("CREATE UNIQUE") and column not in definition:
        return definition.removesuffix(")") + f", {column})"
    return definition


def weigh(school: BenchSchool, *, is_cut: bool) -> Weights:
    found = Weights()
    with psycopg.connect(school.owner, autocommit=True) as owner:
        for cut in CUTS:
            found.rest.update(sizes(owner, cut))
    for label, weight_of_call in chain(reads(school), writes(school)):
        found.calls[label] = weight_of_call
        print(f"{label}: {weight_of_call[0]:.1f} ms, {weight_of_call[1]} pages", flush=True)
    # Of a row in partitions its place alone tells nothing: the job would have to be another.
    found.rest["one run of purge"] = "" if is_cut else purge_step(school)
    with psycopg.connect(school.owner, autocommit=True) as owner:
        for cut in CUTS:
            found.rest[f"{cut.table}: a year goes"] = removal(owner, cut, is_cut=is_cut)
        found.rest["moves over New Year in the history"] = audited(owner)
    return found


def compare(school: BenchSchool, admissions: int, events: int) -> tuple[Weights, Weights]:
    with psycopg.connect(school.owner, autocommit=True) as owner:
        values = {"admissions": admissions, "events": events}
        for statement in EVENTS:
            owner.execute(statement, values if "%(" in statement else None)
        owner.execute("vacuum analyze school.notification_events")
    print("events made; weighing the tables", flush=True)
    whole = weigh(school, is_cut=False)
    began = time.monotonic()
    with psycopg.connect(school.owner, autocommit=True) as owner:
        for cut in CUTS:
            cut_into_years(owner, cut)
        print(f"cut into years in {time.monotonic() - began:.0f} s", flush=True)
        migrations.migrate(school.owner, lambda line: None, force=True)
        Clock(owner).set(NOW)
        for cut in CUTS:
            owner.execute(
                sql.SQL("drop table {}").format(sql.Identifier("school", f"{cut.table}_whole"))
            )
            owner.execute(f"vacuum analyze {cut.name}".encode())
    print("weighing the partitions", flush=True)
    return whole, weigh(school, is_cut=True)


def tell(whole: Weights, years: Weights) -> None:
    print("\n| call | table: ms | pages | years: ms | pages |\n| --- | --- | --- | --- | --- |")
    for label in sorted(whole.calls.keys() & years.calls.keys()):
        (ms, pages), (cut_ms, cut_pages) = whole.calls[label], years.calls[label]
        print(f"| {label} | {ms:.1f} | {pages:,} | {cut_ms:.1f} | {cut_pages:,} |")
    print("\n| | table | years |\n| --- | --- | --- |")
    for label, value in whole.rest.items():
        print(f"| {label} | {value} | {years.rest[label]} |")
    print(f"\nonly one form answers: {sorted(whole.calls.keys() ^ years.calls.keys())}")


def main() -> None:
    """Make the school, weigh, cut, weigh again, tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.partitions", description=__doc__)
    parser.add_argument("--admissions", type=int, default=105_000)
    parser.add_argument("--events", type=int, default=5_000_000)
    parser.add_argument("--folder", type=Path, default=schools.FOLDER / "partitions")
    chosen = parser.parse_args()
    with schools.running(chosen.folder, SETTINGS, durable=False) as server:
        school = schools.opened(server, chosen.admissions, history.Scale(), print)
        with schools.copy_of(school) as copy:
            tell(*compare(copy, chosen.admissions, chosen.events))


if __name__ == "__main__":
    main()
