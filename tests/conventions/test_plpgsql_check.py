"""Static analysis of every PL/pgSQL function; any finding fails."""

from typing import Any

import psycopg
import pytest

FUNCTIONS = """
select
  p.oid::regprocedure::text as function, coalesce(t.tgrelid, 0)::oid as relation,
  t.old_rows, t.new_rows
from pg_catalog.pg_proc as p
join pg_catalog.pg_language as l on l.oid = p.prolang and l.lanname = 'plpgsql'
left join lateral (
  -- One that serves INSERT and UPDATE reads the old rows in one branch only.
  select g.tgrelid, max(g.tgoldtable::text) as old_rows, max(g.tgnewtable::text) as new_rows
  from pg_catalog.pg_trigger as g
  where g.tgfoid = p.oid and not g.tgisinternal
  group by g.tgrelid
) as t on p.prorettype = 'trigger'::regtype
where p.pronamespace::regnamespace::text in ('auth', 'school', 'api', 'jobs')
order by 1, 2, 3, 4
"""


@pytest.fixture
def checked(db: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    db.execute("create schema tools")
    db.execute("create extension plpgsql_check schema tools")
    return db


def test_no_function_has_a_finding(checked: psycopg.Connection[Any]) -> None:
    findings = []
    functions = checked.execute(FUNCTIONS).fetchall()
    for function, relation, old_rows, new_rows in functions:
        findings += [
            f"{function} line {line}: {level}: {message}"
            for line, level, message in checked.execute(
                "select lineno, level, message from tools.plpgsql_check_function_tb("
                "%s::regprocedure, %s::oid::regclass, oldtable => %s, newtable => %s,"
                " extra_warnings => true,"
                " performance_warnings => false, security_warnings => true)",
                (function, relation, old_rows, new_rows),
            )
        ]
    assert functions
    assert not findings, "\n".join(findings)


def test_every_trigger_function_has_a_trigger(db: psycopg.Connection[Any]) -> None:
    unused = [
        function
        for function, relation, *_ in db.execute(FUNCTIONS).fetchall()
        if relation == 0 and _is_trigger(db, function)
    ]
    assert unused == []


def _is_trigger(db: psycopg.Connection[Any], function: str) -> bool:
    row = db.execute(
        "select prorettype = 'trigger'::regtype from pg_catalog.pg_proc"
        " where oid = %s::regprocedure",
        (function,),
    ).fetchone()
    assert row is not None
    return bool(row[0])
