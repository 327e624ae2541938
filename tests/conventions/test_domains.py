"""One limit for one thing: what the wire takes is what the table holds, and what a file brings."""

import re
from typing import Any

import psycopg

Database = psycopg.Connection[Any]

TABLES = {
    "closure": "school_closures",
    "lead_note": "lead_notes",
    "me": "users",
    "my_settings": "user_settings",
    "settings": "school_settings",
    "time_slot": "time_slot_templates",
    "webhook": "webhook_endpoints",
}
# The parameters of writing functions that are of a domain, with its JSON Schema.
LIMITS = """
select p.proname::text, a.name, t.typname::text, obj_description(t.oid, 'pg_type')::jsonb
from pg_catalog.pg_proc as p
cross join lateral unnest(p.proargnames, p.proargtypes::oid[]) as a (name, type)
join pg_catalog.pg_type as t on t.oid = a.type and t.typtype = 'd'
where p.pronamespace = 'api'::regnamespace and p.proname ~ '^(create|update|add)_'
"""
CHECKS = """
select pg_get_constraintdef(c.oid)
from pg_catalog.pg_constraint as c
where c.conrelid = to_regclass(%s) and c.contype = 'c'
"""


def upper(check: str, name: str) -> int | None:
    """Return the upper limit that a check sets for a length or a number, if it sets one."""
    found = re.search(rf"length\({name}\) <= (\d+)|{name} <= (\d+)", check, re.IGNORECASE)
    return int(found[1] or found[2]) if found else None


def limits_of(db: Database, table: str, column: str) -> set[int]:
    checks = [check for (check,) in db.execute(CHECKS, (f"school.{table}",))]
    return {limit for check in checks if (limit := upper(check, column)) is not None}


def test_the_wire_takes_what_the_table_holds(db: Database) -> None:
    compared, wrong = 0, []
    for function, parameter, domain, schema in db.execute(LIMITS).fetchall():
        resource = function.partition("_")[2]
        column = parameter.removeprefix("p_")
        held = limits_of(db, TABLES.get(resource, resource + "s"), column)
        taken = schema.get("maxLength", schema.get("maximum"))
        if held and taken is not None:
            compared += 1
            if held != {taken}:
                wrong.append(f"{function}({parameter} {domain}): {taken} on the wire, {held} held")
    assert compared > 30
    assert wrong == []


def test_a_file_of_leads_brings_what_the_table_holds(db: Database) -> None:
    columns = db.execute(
        "select name, max from school.lead_csv_columns() where type in ('text', 'integer')"
    ).fetchall()
    snake = {name: re.sub("[A-Z]", lambda m: "_" + m[0].lower(), name) for name, _ in columns}
    wrong = [
        f"{name}: {most} in a file, {held} held"
        for name, most in columns
        if (held := limits_of(db, "leads", snake[name])) and held != {most}
    ]
    assert wrong == []
