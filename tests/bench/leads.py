"""Search and lists of leads at 1,000 and at 100,000: ``python -m tests.bench.leads``.

Run by hand; it starts an embedded server in a temporary folder. Staff own a twentieth of the leads
each and see the tenth that nobody owns; teachers are assigned a tenth each. Every call is one
transaction of the gateway over the socket, the session looked up and row security in force. A
column gives the 95th percentile in milliseconds; the last two the quotients of the two sizes, of
that percentile and of the median, which a busy machine moves less. Aimed at is 1.3 or less. Terms
and tags marked "few" stand in as many leads at either size.

Then the plans of the staff's list are shown: no sequential scan of leads may be among them.
"""

import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from api.database import migrations
from api.database.embedded import GATEWAY, EmbeddedServer
from tests.support.school import Caller, open_session

SIZES = (1_000, 100_000)
BATCH = 5_000
REPEATS = 100
TARGET = 1.3

PEOPLE = """
insert into school.users (name, role, email)
select 'Ada', 'admin', 'ada@bench.test'
union all
select 'Staff ' || n, 'staff', 'staff' || n || '@bench.test' from generate_series(1, 20) as n
union all
select 'Teacher ' || n, 'teacher', 'teacher' || n || '@bench.test' from generate_series(1, 9) as n
"""

# A hash of the number, seeded for each column, decides: columns are unrelated, every run alike.
LEADS = """
with number as (
  select
    n,
    array(
      select (hashint8extended(n, seed) & 1073741823)::integer from generate_series(1, 8) as seed
    ) as h
  from generate_series(%(first)s::bigint, %(last)s::bigint) as n
),
stage as (
  select array_agg(id order by position) as ids from school.lead_stages where kind <> 'lost'
),
staff as (
  select array_agg(id order by email) as ids from school.users where role = 'staff'
),
teacher as (
  select array_agg(id order by email) as ids from school.users where role = 'teacher'
)
insert into school.leads (
  stage_id, name, phone, email, owner_id, assigned_teacher_id, guardian_name, source,
  follow_up_date, follow_up_status, created_at
)
select
  stage.ids[1 + h[1] %% cardinality(stage.ids)],
  concat_ws(' ',
    case when n %% (%(total)s / 40) = 7 then 'Zephyrine' else (array[
      'Anna', 'Ben', 'Carla', 'David', 'Emma', 'Felix', 'Greta', 'Hugo', 'Ines', 'Jonas',
      'Klara', 'Leon', 'Mira', 'Nils', 'Olga', 'Paul', 'Rosa', 'Simon', 'Tilda', 'Viktor'
    ])[1 + h[2] %% 20] end,
    (array['Abara', 'Brook', 'Castell', 'Dorn', 'Ekdal', 'Fiori', 'Grimm'])[1 + h[3] %% 7]
      || substr(md5(n::text), 1, 5)
  ),
  '+1 555 ' || to_char(2000000 + n, 'FM000 0000'),
  'lead' || n || '@families.test',
  case when h[4] %% 10 <> 3 then staff.ids[1 + h[5] %% 20] end,
  teacher.ids[nullif(h[6] %% 10, 0)],
  case when h[7] %% 2 = 0 then 'Guardian ' || substr(md5('g' || n), 1, 5) end,
  (array['walk-in', 'web', 'friend'])[1 + h[7] %% 3],
  school.today() + h[8] %% 240 - 200,
  case when h[8] / 240 %% 10 < 4 then 'open' else 'done' end,
  school.clock() - n * interval '1 minute'
from number
cross join stage
cross join staff
cross join teacher
"""

TAGS = """
insert into school.lead_tags (lead_id, tag)
select l.id, 'few' from school.leads as l where l.name like 'Zephyrine%'
union all
select l.id, 'many' from school.leads as l where right(md5(l.phone), 1) = '5'
on conflict do nothing
"""

LISTS: dict[str, dict[str, Any]] = {
    "by follow-up": {},
    "by creation": {"sort": "createdAt"},
    "overdue": {"follow_up": "overdue", "limit": 10},
    "today": {"follow_up": "today", "limit": 1},
    "upcoming": {"follow_up": "upcoming", "limit": 10},
    "status open": {"follow_up_status": "open", "limit": 10},
    "stage": {"stage_id": "stage", "limit": 10},
    "owner": {"owner_id": "staff1", "limit": 10},
    "owner by creation": {"owner_id": "staff1", "sort": "createdAt", "limit": 10},
    "teacher": {"assigned_teacher_id": "teacher1", "limit": 4},
    "tag few": {"tag": "few", "limit": 10},
    "tag many": {"tag": "many", "limit": 4},
    "tag none": {"tag": "none"},
    "search phone": {"search": "5552000057"},
    "search e-mail": {"search": "lead57@families"},
    "search few": {"search": "zephyrine", "limit": 10},
    "search many": {"search": "Anna", "limit": 4},
    "search all": {"search": "families.test", "limit": 10},
    "search none": {"search": "qqqq"},
    "search 2 many": {"search": "an", "limit": 10},
    "search 2 none": {"search": "q9"},
    "search 1 many": {"search": "a", "limit": 10},
    "search 1 none": {"search": "%"},
    "search few by creation": {"search": "zephyrine", "sort": "createdAt", "limit": 10},
}


def load(db: psycopg.Connection[Any], total: int) -> None:
    """Bring the school to ``total`` leads, through the triggers."""
    row = db.execute("select count(*) from school.leads").fetchone()
    first = 1 if row is None else row[0] + 1
    for start in range(first, total + 1, BATCH):
        last = min(start + BATCH - 1, total)
        db.execute(LEADS, {"first": start, "last": last, "total": total})
        print(f"\r{last} leads", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    db.execute(TAGS)
    db.execute("vacuum analyze")


@dataclass(frozen=True)
class Figure:
    """Milliseconds of a call in one school, and how many items it answers."""

    p95: float
    median: float
    items: int


def together(callers: list[Caller], function: str, arguments: list[dict[str, Any]]) -> list[Figure]:
    """The same call of both schools in turn: whatever else the machine does slows both."""
    taken: list[list[float]] = [[] for _ in callers]
    items = []
    for caller, given in zip(callers, arguments, strict=True):
        answer = caller(function, **given)
        items.append(len(answer.get("items", [answer])))
    for _ in range(REPEATS):
        for caller, given, times in zip(callers, arguments, taken, strict=True):
            start = time.perf_counter()
            caller(function, **given)
            times.append((time.perf_counter() - start) * 1000)
    return [
        Figure(statistics.quantiles(times, n=20)[-1], statistics.median(times), count)
        for times, count in zip(taken, items, strict=True)
    ]


def measure(
    db: psycopg.Connection[Any], gateways: list[psycopg.Connection[Any]]
) -> dict[tuple[str, str], list[Figure]]:
    # One school is a copy of the other: people and stages have the same ids in both.
    ids = dict(
        db.execute("select split_part(email, '@', 1), id::text from school.users").fetchall()
    )
    row = db.execute("select id::text from school.lead_stages where name = 'Contacted'").fetchone()
    assert row is not None
    ids["stage"] = row[0]
    figures = {}
    for person in ("staff1", "teacher1", "ada"):
        callers = [Caller(gateway, person) for gateway in gateways]
        for name, arguments in LISTS.items():
            known = {
                member: ids.get(value, value) if isinstance(value, str) else value
                for member, value in arguments.items()
            }
            figures[person, name] = together(callers, "list_leads", [known] * len(callers))
        pages = [caller("list_leads", limit=50) for caller in callers]
        second = [{"limit": 50, "cursor": page["nextCursor"]} for page in pages]
        figures[person, "second page"] = together(callers, "list_leads", second)
        leads = [{"lead_id": page["items"][0]["id"]} for page in pages]
        for function in ("get_lead", "list_lead_notes", "list_lead_audit_events"):
            figures[person, function] = together(callers, function, leads)
        print(f"{person} measured", file=sys.stderr, flush=True)
    return figures


def show_plans(gateway: psycopg.Connection[Any]) -> bool:
    """Print the plans of the list's query under the staff role; False for a sequential scan."""
    fine = True
    for name, condition in {
        "by follow-up": 'true order by l."followUpDate", l.id',
        "by creation": 'true order by l."createdAt" desc, l.id desc',
        "own": 'l."ownerId" = auth.user_id() order by l."followUpDate", l.id',
        "found by search": "l.id = any (school.lead_ids_matching('zephyrine'))"
        ' order by l."followUpDate", l.id',
    }.items():
        with gateway.transaction(force_rollback=True):
            Caller(gateway, "staff1").enter()
            lines = [
                row[0]
                for row in gateway.execute(
                    "explain (analyze, costs off, timing off, summary off, buffers off)"
                    f" select l.id from api.lead as l where {condition} limit 51"
                )
            ]
        print(f"\nstaff, {name}")
        print("\n".join(lines))
        fine &= not any("Seq Scan on leads" in line for line in lines)
    return fine


def main() -> int:
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedServer(Path(folder), durable=False) as server,
    ):
        migrations.migrate(server.owner, lambda line: None)
        with psycopg.connect(server.owner, autocommit=True) as db:
            db.execute(PEOPLE)
            for person, user_id in db.execute(
                "select split_part(email, '@', 1), id::text from school.users"
            ).fetchall():
                open_session(db, user_id, person)
        with psycopg.connect(server.conninfo(database="postgres"), autocommit=True) as db:
            db.execute("create database large template ostinato")
        with (
            psycopg.connect(server.owner, autocommit=True) as small,
            psycopg.connect(server.conninfo(database="large"), autocommit=True) as large,
            psycopg.connect(server.gateway, autocommit=True) as small_gateway,
            psycopg.connect(server.conninfo(GATEWAY, "large"), autocommit=True) as large_gateway,
        ):
            for db, size in ((small, SIZES[0]), (large, SIZES[1])):
                started = time.perf_counter()
                load(db, size)
                print(f"{size} leads loaded in {time.perf_counter() - started:.1f} s", flush=True)
            figures = measure(small, [small_gateway, large_gateway])
            slow = 0
            print(f"\n{'':34}{SIZES[0]:>10} {SIZES[1]:>10}   items      p95  median")
            for key, (one, other) in figures.items():
                quotient, of_medians = other.p95 / one.p95, other.median / one.median
                slow += of_medians > TARGET
                mark = "" if of_medians <= TARGET else "  <"
                print(
                    f"{' '.join(key):34}{one.p95:10.2f} {other.p95:10.2f}"
                    f"  {one.items:>3}/{other.items:<3} {quotient:7.2f} {of_medians:7.2f}{mark}"
                )
            fine = show_plans(large_gateway)
            started = time.perf_counter()
            Caller(large_gateway, "ada")("report_leads")
            print(f"\nreport_leads: {time.perf_counter() - started:.2f} s")
    print(f"\nabove {TARGET}: {slow} of {len(figures)}")
    return 0 if fine and not slow else 1


if __name__ == "__main__":
    sys.exit(main())
