"""EXPLAIN tells nobody what a hidden row holds: neither its counts nor its estimates.

A condition on a personal column is tried with a value that only hidden rows have, and with one that
no row has. Whatever the planner says of the two must be the same, for every role, every text it may
name in a condition, every kind of scan. What remains: IS NULL, booleans, states, dates, numbers and
ids cost the planner nothing or have indexes, so it may count by them; they are nobody's person.
"""

import json
import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.conventions import matrix
from tests.conventions.matrix import Person, World
from tests.support.school import School

Database = psycopg.Connection[Any]

TEXTS = """
select a.attname::text, format_type(a.atttypid, null)
from pg_catalog.pg_attribute as a
where a.attrelid = %s::regclass and a.attnum > 0 and not a.attisdropped
  and a.atttypid in ('text'::regtype, 'jsonb'::regtype, 'text[]'::regtype)
  and has_column_privilege(current_user, a.attrelid, a.attnum, 'select')
"""
PREDICATES = {
    "text": (
        "c = {v}",
        "c = any (array[{v}])",
        "c in ({v}, {v} || '~')",
        "c >= {v} and c <= {v} || '~'",
        "c like {v} || '%'",
        "lower(c) = lower({v})",
        "c || '' = {v}",
        "c || '' like '%' || {v} || '%'",
        "c in (select v from (values ({v})) as x (v))",
    ),
    "jsonb": ("c = {v}::jsonb", "c::text = {v}", "c @> {v}::jsonb"),
    "text[]": ("c = {v}::text[]", "c[1] = ({v}::text[])[1]", "({v}::text[])[1] = any (c)"),
}
SCANS = (
    (),
    ("enable_seqscan = off",),
    ("enable_indexscan = off", "enable_bitmapscan = off", "enable_indexonlyscan = off"),
    ("cpu_operator_cost = 0",),
)
# One word for many rows, and nobody's secret.
STATES = {
    "school.users": {"role", "status"},
    "school.access_requests": {"role", "status"},
    "school.leads": {"follow_up_status"},
    "school.admissions": {"status"},
    "school.classroom_enrollments": {"status"},
    "school.admission_payments": {"status"},
    "school.admission_payment_history": {"old_status", "new_status", "request_id"},
    "school.attendance": {"status"},
    "school.reschedule_requests": {"status"},
    "school.waitlist_entries": {"status"},
    "school.trials": {"status"},
    "school.lead_audit_events": {"field", "request_id"},
    "school.attendance_history": {"field", "request_id"},
    "school.notification_events": {"type", "entity_type", "request_id"},
    "school.notifications": {"type", "entity_type"},
    "school.deliveries": {"kind", "type", "status"},
}
# What a row carries for the policies, and choices out of a few.
KEYS_AND_CHOICES = {"teacher_ids", "locale", "timezone", "muted_notification_types"}
# What everybody of the school reads, or nobody: no person is in it.
IMPERSONAL = {
    "school.course_plans",
    "school.courses",
    "school.instruments",
    "school.lead_stages",
    "school.mail_templates",
    "school.notification_types",
    "school.school_closures",
    "school.school_settings",
    "school.webhook_endpoints",
}


@pytest.fixture
def world(db: Database, school: School) -> Iterator[World]:
    db.prepare_threshold = None
    db.execute("set jit = off")  # plans are the same, thousands of compilations are not made
    try:
        world = matrix.world_of(db, school)
        for statement in WRITTEN:
            db.execute(statement)
        db.execute("analyze")
        yield World(
            world.school,
            {table: matrix.rows_of(db, table) for table in world.keys},
            world.keys,
            world.people,
        )
    finally:
        matrix.revoke_logins(db)


# Every personal column of every row says something of its own.
WRITTEN = (
    """update school.leads set area = 'Area ' || id, community = 'Community ' || id,
    address = 'Address ' || id, guardian_name = 'Guardian ' || id, source = 'Source ' || id,
    lost_reason = 'Lost ' || id, email = id || '@leads.test', phone = '+1' || id""",
    "update school.lead_notes set body = 'Note ' || id",
    "set session_replication_role = replica",
    "update school.lead_tags set tag = 'Tag ' || lead_id",
    "reset session_replication_role",
    "update school.admissions set status_reason = 'Reason ' || id",
    "update school.admission_payments set notes = 'Notes ' || id",
    "update school.pauses set reason = 'Reason ' || id",
    "update school.attendance set note = 'Note ' || id",
    "update school.reschedule_requests set reason = 'R ' || id, decision_reason = 'D ' || id",
    "update school.notifications set title = 'Title ' || id, body = 'Body ' || id",
    """update school.user_settings set preferences = jsonb_build_object('key', user_id)""",
)


def restricted(world: World) -> Iterator[Person]:
    for me in world.people:
        if me.login not in ("school_owner", "school_gateway", "school_jobs", "school_analyst"):
            yield me


def value_of(row: dict[str, Any], column: str, kind: str) -> str | None:
    value = row[column]
    if value is None:
        return None
    if kind == "jsonb":
        return json.dumps(value)
    if kind == "text[]":
        return "{" + ",".join(json.dumps(item) for item in value) + "}"
    return str(value)


def nobodys(value: str, kind: str) -> str:
    """Return a value of the same length that no row has."""
    changed = "".join("#" if char.isalnum() else char for char in value)
    return value.replace("name", "nane") if kind == "jsonb" else changed


def told(db: Database, me: Person, settings: tuple[str, ...], query: sql.Composed) -> str:
    with db.transaction(force_rollback=True):
        me.become(db)
        for setting in settings:
            db.execute("set local " + setting)
        explain = sql.SQL("explain (analyze, timing off, summary off, buffers off) ") + query
        return re.sub("'[^']*'", "?", "\n".join(line for (line,) in db.execute(explain)))


def conditions(me: Person, world: World, db: Database) -> Iterator[tuple[str, str, str, str]]:
    """Yield a table, a text of it, its type and a value that only rows hidden from ``me`` have."""
    for table in world.keys:
        if not table.startswith("school.") or table in IMPERSONAL:
            continue
        with db.transaction(force_rollback=True):
            me.become(db)
            texts = db.execute(TEXTS, (table,)).fetchall()
            keys = sql.SQL(", ").join(map(sql.Identifier, world.keys[table]))
            query = sql.SQL("select {} from {}").format(keys, matrix.name_of(table))
            seen = {tuple(map(str, row)) for row in db.execute(query)} if texts else set()
        rows = [(tuple(map(str, world.key(table, row))) in seen, row) for row in world.rows[table]]
        for column, kind in texts:
            if column in STATES.get(table, set()):
                continue
            known, unknown = (
                {value_of(row, column, kind) for is_seen, row in rows if is_seen is wanted}
                for wanted in (True, False)
            )
            values = sorted(value for value in unknown - known if value)
            if values:
                yield table, column, kind, values[-1]


def test_explain_says_the_same_of_what_is_hidden_and_of_what_is_not_there(
    db: Database, world: World
) -> None:
    tried = 0
    leaks = []
    for me in restricted(world):
        for table, column, kind, value in conditions(me, world, db):
            for predicate, settings in product(PREDICATES[kind], SCANS):
                query = sql.SQL("select 1 from (select {} as c from {}) as t where " + predicate)
                answers = [
                    told(
                        db,
                        me,
                        settings,
                        query.format(
                            sql.Identifier(column), matrix.name_of(table), v=sql.Literal(asked)
                        ),
                    )
                    for asked in (value, nobodys(value, kind))
                ]
                tried += 1
                if answers[0] != answers[1]:
                    asked_of = f"{me.label}: {table}.{column} {predicate} {settings}"
                    leaks.append("\n--\n".join((asked_of, *answers)))
    print(f"{tried} conditions tried, {len(leaks)} tell")
    assert tried > 1000
    assert leaks == [], "\n\n".join(leaks[:5])


def test_every_text_that_somebody_reads_of_some_rows_only_has_no_statistics(db: Database) -> None:
    texts = db.execute(
        "select distinct c.oid::regclass::text, a.attname::text, a.attstattarget = 0"
        " from pg_catalog.pg_class as c"
        " join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0"
        "  and not a.attisdropped"
        " cross join pg_catalog.pg_roles as r"
        " where c.relnamespace = 'school'::regnamespace and c.relkind = 'r'"
        "  and a.atttypid in ('text'::regtype, 'jsonb'::regtype, 'text[]'::regtype)"
        "  and r.rolname in ('school_admin', 'school_staff', 'school_teacher', 'school_student')"
        "  and has_column_privilege(r.oid, c.oid, a.attnum, 'select')"
    ).fetchall()
    shown = [
        f"{table}.{column}"
        for table, column, has_none in texts
        if not has_none
        and table not in IMPERSONAL
        and column not in STATES.get(table, set()) | KEYS_AND_CHOICES
    ]
    assert shown == []


def test_a_policy_that_is_judged_after_the_callers_condition_is_found_out(
    db: Database, world: World
) -> None:
    me = next(p for p in world.people if p.label == "teacher by login")
    hidden = next(
        row["name"]
        for row in world.rows["school.leads"]
        if row["deleted_at"] is None and row["assigned_teacher_id"] != me.id
    )
    query = sql.SQL("select 1 from school.leads as t where name >= {0} and name <= {0}")

    def answers() -> list[str]:
        return [
            told(db, me, SCANS[2], query.format(sql.Literal(name))) for name in (hidden, "Nobody")
        ]

    told_before = answers()
    assert told_before[0] == told_before[1]
    db.execute(
        "alter policy select_teacher on school.leads using"
        " (deleted_at is null and assigned_teacher_id = (select auth.user_id_as('teacher')))"
    )
    told_after = answers()
    assert told_after[0] != told_after[1]


# What any login may set for itself.
COUNTED_SCANS = (
    (),
    ("enable_seqscan = off",),
    ("enable_seqscan = off", "enable_bitmapscan = off"),
    ("enable_seqscan = off", "enable_indexscan = off"),
)
# Of the tables and of each index: a plain index scan is counted by its index alone.
# Not what scans return: a row that this test changes lies elsewhere in the table each time.
COUNTED = """
select sum(pg_stat_get_xact_tuples_fetched(c))::integer, sum(pg_stat_get_xact_numscans(c))::integer
from (
  select t.t as t, t.t as c from unnest(array['school.leads', 'school.lead_tags']::regclass[]) as t
  union all
  select i.indrelid, i.indexrelid from pg_catalog.pg_index as i
  where i.indrelid in ('school.leads'::regclass, 'school.lead_tags'::regclass)
) as counter
group by c
order by c
"""


@pytest.mark.parametrize("label", ["staff by login", "teacher by login"])
def test_what_the_server_counts_of_a_search_is_the_same_for_what_is_hidden(
    db: Database, world: World, label: str
) -> None:
    """Functions that look for the caller fetch no hidden row that another value would not fetch."""
    me = next(p for p in world.people if p.label == label)
    mine = "owner_id" if me.role == "staff" else "assigned_teacher_id"
    own = next(r for r in world.rows["school.leads"] if r[mine] == me.id and not r["deleted_at"])
    hidden = next(
        r
        for r in world.rows["school.leads"]
        if me.id not in (r["owner_id"], r["assigned_teacher_id"])
        and r["owner_id"]
        and not r["deleted_at"]
    )
    asked = (
        ("select school.lead_ids_matching({0})", hidden["email"]),
        ("select school.lead_ids_matching({0})", hidden["guardian_name"]),
        ("select school.lead_ids_tagged(array[{0}])", f"Tag {hidden['id']}"),
        ("select school.twins_of(array[{1}::uuid])", hidden["email"]),
    )
    for query, value in asked:
        for settings in (*COUNTED_SCANS, ("random_page_cost = 0", "seq_page_cost = 0")):
            counts = []
            # The first run of a query with new settings plans more than the others do.
            for looked_for in (value, value, nobodys(value, "text")):
                # What an undone change leaves in an index makes another plan cheaper some time.
                db.execute("vacuum (index_cleanup on) school.leads")
                with db.transaction(force_rollback=True):
                    if "twins" in query:
                        db.execute(
                            "update school.leads set email = %s where id = %s",
                            (looked_for.replace("#", "x").replace(" ", ""), own["id"]),
                        )
                    db.execute("discard plans")  # the sixth run has another plan
                    me.become(db)
                    for setting in settings:
                        db.execute("set local " + setting)
                    before = db.execute(COUNTED).fetchall()
                    db.execute(
                        sql.SQL(query).format(sql.Literal(looked_for), sql.Literal(own["id"]))
                    )
                    after = db.execute(COUNTED).fetchall()
                moved = [
                    b - a
                    for was, now in zip(before, after, strict=True)
                    for a, b in zip(was, now, strict=True)
                ]
                counts.append(moved)
            assert counts[1] == counts[2], (query, value, settings)
