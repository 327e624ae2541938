"""The map tells what the catalog holds: what runs below a function, and who calls it."""

import os

import psycopg
import pytest

from tests.tools.catalog_map import callers, naming_tests, page, read_catalog, walk, way
from tests.tools.sql_words import Write, calls_of, code_of, reads_of, writes_of

Database = psycopg.Connection

ATTRIBUTES = "language plpgsql volatile security invoker set search_path = ''"


def made(db: Database, name: str, body: str, returns: str = "void") -> None:
    db.execute(
        f"create function {name}() returns {returns} {ATTRIBUTES}"
        f" as $$ begin {body} return{' new' if returns == 'trigger' else ''}; end; $$"
    )


def test_strings_comments_and_types_are_not_calls_nor_reads() -> None:
    code = code_of(
        "declare v_lead school.leads; begin -- school.fail('x') from school.users\n"
        "select 'from school.users', school.hhmm(t.start_time) from school.leads as l"
        " left join api.lead as a on a.id = l.id where x is distinct from l.y;"
        " insert into school.lead_notes (lead_id) select b.id from school.expected(1) as b;"
        " delete from school.lead_tags as t using school.courses as c;"
    )
    assert calls_of(code) == {"school.hhmm", "school.expected"}
    assert reads_of(code) == {"school.leads", "api.lead", "school.courses"}


@pytest.mark.parametrize(
    ("statement", "written"),
    [
        ("delete from school.leads;", [Write("school.leads", "delete")]),
        (
            """update school.leads as l
            set name = coalesce(v_name, (select u.a from school.b as u)), owner_id = l.owner_id,
              stage_id = null
            from school.users as u
            where l.id = u.id;""",
            [
                Write(
                    "school.leads",
                    "update",
                    frozenset({"name", "owner_id", "stage_id"}),
                    frozenset({"owner_id"}),
                )
            ],
        ),
        (
            """with n as (
              insert into school.a (x) values (1) on conflict (x) do update set y = 2 returning z
            )
            select from school.c where d = 1;""",
            [Write("school.a", "insert"), Write("school.a", "update", frozenset({"y"}))],
        ),
        ("select from school.leads as l for no key update;", []),
    ],
)
def test_a_write_is_read_with_its_columns(statement: str, written: list[Write]) -> None:
    assert list(writes_of(statement)) == written


def test_a_walk_goes_through_calls_views_triggers_and_checks(db: Database) -> None:
    catalog = read_catalog(db)
    admission = walk(catalog, "api.create_admission")
    assert {"school.insert_admission", "school.insert_user"} <= admission.met  # calls
    assert {"school.keys_of_new_classes", "school.write_mails"} <= admission.met  # triggers
    assert "school.guard_user" not in admission.met  # its WHEN asks for a change that is not made
    assert "school.hhmm" in catalog.steps("api.get_admission")  # through api.admission
    assert len([line for line in admission.lines if "↑" not in line]) >= len(admission.met)
    assert walk(catalog, "school.clock").lines == ["school.clock"]


def test_the_way_leaves_out_what_only_refuses(db: Database) -> None:
    catalog = read_catalog(db)
    met = walk(catalog, "api.create_admission").met
    left_out = met - way(catalog, "api.create_admission")
    assert {"school.fail", "school.refuse_admission", "school.problem"} <= left_out
    assert "school.slot_conflict" in left_out
    assert not left_out & {"school.emit", "school.require_admission_rights", "school.hhmm"}


def test_a_trigger_is_walked_when_its_event_column_and_change_are_written(db: Database) -> None:
    made(db, "school.on_name", "", "trigger")
    made(db, "school.on_rise", "", "trigger")
    db.execute("create table school.things (id integer, name text, size integer, kept text)")
    db.execute(
        "create trigger on_name after insert or update of name on school.things"
        " for each row execute function school.on_name()"
    )
    db.execute(
        "create trigger on_rise after update on school.things"
        " for each row when (old.size < new.size) execute function school.on_rise()"
    )
    made(db, "school.names", "update school.things set name = 'x';")
    made(db, "school.grows", "update school.things as t set size = t.size + 1;")
    made(db, "school.stamps", "update school.things as t set size = t.size, kept = 'x';")
    made(db, "school.adds", "insert into school.things (id) values (1);")
    made(db, "school.clears", "delete from school.things;")
    catalog = read_catalog(db)
    reached = {
        name: walk(catalog, f"school.{name}").met - {f"school.{name}"}
        for name in ("names", "grows", "stamps", "adds", "clears")
    }
    assert reached == {
        "names": {"school.on_name"},
        "grows": {"school.on_rise"},
        "stamps": set(),
        "adds": {"school.on_name"},
        "clears": set(),
    }


def test_checks_and_defaults_of_a_table_run_when_it_is_written(db: Database) -> None:
    for name, returns in (("is_right", "boolean"), ("first_id", "integer")):
        db.execute(
            f"create function school.{name}() returns {returns} language sql immutable"
            f" security invoker set search_path = '' as $$ select null::{returns} $$"
        )
    db.execute(
        "create table school.things (id integer default school.first_id(),"
        " constraint is_right check (school.is_right()))"
    )
    made(db, "school.adds", "insert into school.things default values;")
    assert walk(read_catalog(db), "school.adds").met == {
        "school.adds",
        "school.first_id",
        "school.is_right",
    }


def test_every_way_to_a_function_is_told(db: Database) -> None:
    catalog = read_catalog(db)
    called_by = callers(catalog)
    assert "POST /v1/admissions" in called_by["api.create_admission"]
    assert "policy of school.leads" in called_by["auth.user_id_as"]
    assert "view api.time_slot" in called_by["school.hhmm"]
    assert "trigger on school.users" in called_by["school.guard_user"]
    assert {"the schedule", "jobs.run_once"} <= set(called_by["jobs.purge"])
    assert "api/database/gateway.py" in called_by["auth.enter"]
    here = "tests/tools/test_catalog_map.py"
    assert here in naming_tests(catalog)["api.create_admission"]
    assert "tests/tools/test_sql_form.py" not in naming_tests(catalog)["api.create_admission"]


def test_the_page_has_each_function_once(db: Database) -> None:
    catalog = read_catalog(db)
    lines = list(page(catalog))
    headings = [line.removeprefix("### ") for line in lines if line.startswith("### ")]
    assert sorted(headings) == sorted(catalog.functions)
    at = lines.index("### school.fail_not_found")
    assert lines[at + 1].endswith("*invoker, volatile*")
    assert "- calls: school.fail" in lines[at:]


@pytest.mark.skipif("OSTINATO_TEST_SERVER" not in os.environ, reason="wants plpgsql_check")
def test_the_words_of_bodies_are_what_plpgsql_check_finds(db: Database) -> None:
    """Of every PL/pgSQL function, trigger functions on each table they are for."""
    db.execute("create extension plpgsql_check")
    catalog = read_catalog(db)
    rows = db.execute(
        "select distinct format('%s.%s', p.pronamespace::regnamespace, p.proname),"
        " format('%s.%s', d.schema, d.name)"
        " from pg_catalog.pg_proc as p"
        " join pg_catalog.pg_language as g on g.oid = p.prolang and g.lanname = 'plpgsql'"
        " left join pg_catalog.pg_trigger as t on t.tgfoid = p.oid and not t.tgisinternal"
        " cross join lateral plpgsql_show_dependency_tb(p.oid, coalesce(t.tgrelid, 0)) as d"
        " where p.pronamespace::regnamespace::text in ('school', 'auth', 'jobs', 'api')"
        " and d.schema in ('school', 'auth', 'jobs', 'api') and d.type in ('FUNCTION', 'RELATION')"
    ).fetchall()
    assert len(rows) > 500
    missed = []
    for name, used in rows:
        function = catalog.functions[name]
        relations = function.reads | {write.table for write in function.writes}
        seen = catalog.seen_through(relations)
        through_views = {used for view in seen for used in catalog.asked_by("view", view)}
        if used not in function.calls | seen | through_views:
            missed.append((name, used))
    assert not missed, missed
