"""A direct login has limits that it cannot lift, and one that only reads writes nothing at all."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from api.database import migrations, rights
from api.http.streams import CHANNEL
from tests.conventions import matrix
from tests.conventions.test_catalog import OURS
from tests.conventions.test_identity import attacks, attempt
from tests.support.school import School

Database = psycopg.Connection[Any]
Conninfo = Callable[..., str]

# What an application role may give a function as text without a limit, each with the reason.
UNLIMITED: dict[str, str] = {
    "p_present": "names of members, each compared with a few",
    "p_base_url": "put in front of an address; the gateway's",
    "p_client_address": "kept with counters as it is; the gateway's",
    "p_path": "a key of a table with a short column",
    "p_key": "a key of a table with a short column",
    "p_method": "a key of a table with a short column",
    "p_body": "an answer of our own functions, kept as it is",
    "p_role": "compared with the names of roles",
    "p_code": "put into an error that the caller gets",
    "p_message": "put into an error that the caller gets",
    "p_what": "put into an error that the caller gets",
    "p_member": "put into an error that the caller gets, or compared with p_present",
    "p_email": "cleaned, which cuts it",
    "p_name": "a key compared with rows, or cleaned, which cuts it",
    "p_phone": "cleaned, which cuts it",
    "p_tag": "cleaned, which cuts it, or compared with rows",
    "p_course_name": "put into a name that the caller gets",
    "p_text": "school.clean cuts it; school.is_date compares it with one short pattern",
    "p_token": "hashed",
    "p_cells": "read once from left to right",
}
TEXT_PARAMETERS = f"""
select distinct n.name, p.oid::regprocedure::text
from pg_catalog.pg_proc as p
cross join lateral unnest(p.proargtypes::oid[], p.proargnames[1:p.pronargs]) as n (type, name)
join pg_catalog.pg_type as t on t.oid = n.type
join pg_catalog.pg_roles as r on r.rolname ~ '^school_(super_admin|admin|staff|teacher|student|anonymous|analyst|jobs)$'
where p.pronamespace::regnamespace::text in {OURS}
  and t.oid in ('text'::regtype, 'text[]'::regtype, 'varchar'::regtype, 'name'::regtype)
  and has_function_privilege(r.oid, p.oid, 'execute')
order by 1, 2
"""  # noqa: E501


@pytest.fixture
def login(db: Database, school: School, conninfo: Conninfo) -> Iterator[Callable[..., Database]]:
    """``login("sam", read_only=True)``: a connection of a person's own login, made for it."""
    with ExitStack() as opened:

        def start(person: str, *, read_only: bool = False) -> Database:
            name = matrix.login_of(db, person)
            if db.execute("select from pg_roles where rolname = %s", (name,)).fetchone() is None:
                db.execute(
                    "select auth.grant_sql(%s, %s, p_read_only => %s)",
                    (f"{person}@school.test", name, read_only),
                )
            return opened.enter_context(psycopg.connect(conninfo(name), autocommit=True))

        try:
            yield start
        finally:
            opened.close()
            for (name,) in db.execute("select login::text from auth.direct_logins").fetchall():
                db.execute(sql.SQL("drop owned by {}").format(sql.Identifier(name)))
            matrix.revoke_logins(db)


def test_a_login_has_no_more_than_five_connections_and_cannot_give_itself_more(
    db: Database, conninfo: Conninfo, login: Callable[..., Database]
) -> None:
    five = [login("sam") for _ in range(5)]
    name = matrix.login_of(db, "sam")
    with pytest.raises(psycopg.OperationalError, match="too many connections for role"):
        psycopg.connect(conninfo(name))
    for statement in (
        "alter role {} connection limit 100",
        "alter role {} set temp_file_limit = -1",
        "alter role {} reset temp_file_limit",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            five[0].execute(sql.SQL(statement).format(sql.Identifier(name)))
    five[0].execute(sql.SQL("alter role {} reset all").format(sql.Identifier(name)))
    five[0].close()
    again = login("sam")
    assert again.execute("show temp_file_limit").fetchone() == ("1GB",)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        again.execute("set temp_file_limit = -1")


def test_who_may_not_limit_temporary_files_is_told_and_makes_the_login_all_the_same(
    db: Database, school: School, conninfo: Conninfo
) -> None:
    name = matrix.login_of(db, "sam")
    owner = f"owner_{name}"
    db.execute(sql.SQL("create role {} login createrole").format(sql.Identifier(owner)))
    try:
        db.execute(
            sql.SQL("grant school_owner to {}; alter database {} owner to {}").format(
                sql.Identifier(owner), sql.Identifier(db.info.dbname), sql.Identifier(owner)
            )
        )
        if db.info.server_version >= 160_000:
            db.execute(
                sql.SQL("grant school_staff to {} with admin option").format(sql.Identifier(owner))
            )
        told: list[str | None] = []
        with psycopg.connect(conninfo(owner), autocommit=True) as connection:
            connection.add_notice_handler(lambda notice: told.append(notice.message_primary))
            connection.execute("set role school_owner")
            connection.execute("reset role")
            connection.execute("select auth.grant_sql('sam@school.test', %s)", (name,))
        assert [message for message in told if message and "temporary files" in message] == told
        assert len(told) == 1
        with psycopg.connect(conninfo(name), autocommit=True) as connection:
            assert connection.execute("show temp_file_limit").fetchone() == ("-1",)
        # Nor may it take large objects from everybody; who connects is its own to say.
        db.execute("grant execute on function pg_catalog.lo_create(oid) to public")
        with psycopg.connect(conninfo(owner), autocommit=True) as connection:
            notes = rights.settle(connection)
        # Besides it is told whom it may not give back what is theirs.
        (note,) = [line for line in notes if "membership" not in line]
        assert note.endswith("run: revoke execute on function lo_create(oid) from public")
        psycopg.connect(conninfo(name)).close()
        assert rights.settle(db) == []
    finally:
        matrix.revoke_logins(db)
        db.execute(
            sql.SQL(
                "alter database {} owner to current_user; drop owned by {}; drop role {}"
            ).format(sql.Identifier(db.info.dbname), sql.Identifier(owner), sql.Identifier(owner))
        )


def test_a_login_writes_no_large_objects(login: Callable[..., Database]) -> None:
    sam = login("sam")
    for call in (
        "lo_creat(-1)",
        "lo_create(0)",
        "lo_from_bytea(0, repeat('x', 1000000)::bytea)",
        "lo_put(1, 0, 'x')",
        "lowrite(0, 'x')",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            sam.execute(f"select {call}")


def test_a_login_connects_to_no_other_school_of_the_cluster(
    empty_conninfo: str, db: Database, conninfo: Conninfo, login: Callable[..., Database]
) -> None:
    """Nor does an analyst, until the school next door lets them in."""
    migrations.migrate(empty_conninfo, lambda line: None)
    login("sam")
    next_door = psycopg.conninfo.conninfo_to_dict(empty_conninfo)["dbname"]
    sam = matrix.login_of(db, "sam")
    analyst = f"analyst_{sam}"
    db.execute(
        sql.SQL("create role {0} login; grant school_analyst to {0}").format(
            sql.Identifier(analyst)
        )
    )
    try:
        for name in (sam, analyst):
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                psycopg.connect(make_conninfo(conninfo(name), dbname=next_door))
        for name in ("school_gateway", "school_sender"):
            psycopg.connect(make_conninfo(conninfo(name), dbname=next_door)).close()
        db.execute(
            sql.SQL("grant connect on database {} to {}").format(
                sql.Identifier(str(next_door)), sql.Identifier(analyst)
            )
        )
        psycopg.connect(make_conninfo(conninfo(analyst), dbname=next_door)).close()
    finally:
        db.execute(
            sql.SQL("revoke connect on database {} from {}; drop role {}").format(
                sql.Identifier(str(next_door)), sql.Identifier(analyst), sql.Identifier(analyst)
            )
        )


def test_a_copied_database_is_closed_again_and_who_is_shut_out_is_named(
    db: Database, conninfo: Conninfo, login: Callable[..., Database]
) -> None:
    """A copy of a template is open to everybody, as a restored dump is."""
    login("sam")
    sam = matrix.login_of(db, "sam")
    analyst = f"analyst_{sam}"
    name = sql.Identifier(analyst)
    db.execute(sql.SQL("create role {0} login; grant school_analyst to {0}").format(name))
    try:
        lines: list[str] = []
        migrations.migrate(conninfo(), lines.append)
        told = [line for line in lines if line.startswith("note: ")]
        assert [line for line in told if analyst in line] == told
        assert len(told) == 1
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(conninfo(analyst))
        for let_in in (sam, "school_gateway", "school_sender"):
            psycopg.connect(conninfo(let_in)).close()
    finally:
        db.execute(sql.SQL("drop role {}").format(name))


def test_a_login_that_speaks_on_our_channel_shows_nobody_anything(
    db: Database, school: School, login: Callable[..., Database], call: Callable[..., Any]
) -> None:
    """It wakes the streams of whom it names; they read their own rows, and there are none."""
    sam = login("sam")
    begun = call("sue")("stream_notifications")
    sam.execute("select pg_notify(%s, %s)", (CHANNEL, school["sue"]))
    sam.execute("select pg_notify(%s, %s)", (CHANNEL, "x" * 7999))
    assert call("sue")("stream_notifications", snapshot=begun["snapshot"])["items"] == []


# --- text --------------------------------------------------------------------------------------


def test_logins_end_when_the_queue_of_notifications_fills(
    db: Database, login: Callable[..., Database]
) -> None:
    """Who listens and sits in a transaction keeps all that anybody sends."""
    sam = login("sam")
    sam.execute("listen atk")
    assert db.execute("select auth.end_hoarders()").fetchone() == (0,)
    assert sam.execute("select 1").fetchone() == (1,)
    assert db.execute("select auth.end_hoarders(0)").fetchone() == (1,)
    with pytest.raises(psycopg.OperationalError):
        sam.execute("select 1")


def test_a_login_on_which_something_hangs_is_shut_out_all_the_same(
    db: Database, school: School, login: Callable[..., Database]
) -> None:
    sam = login("sam")
    name = sam.info.user
    sam.execute("alter default privileges revoke execute on functions from public")
    assert db.execute("select auth.revoke_sql(%s)", (name,)).fetchone() == (False,)
    assert db.execute("select from auth.direct_logins where login = %s", (name,)).fetchone() is None
    assert db.execute(
        "select rolcanlogin, exists (select from pg_auth_members as m where m.member = r.oid)"
        " from pg_roles as r where rolname = %s",
        (name,),
    ).fetchone() == (False, False)
    with pytest.raises(psycopg.OperationalError):
        sam.execute("select 1")
    owned = sql.SQL("drop owned by {0}; drop role {0}").format(sql.Identifier(name))
    db.execute(owned)


def test_every_text_that_a_role_may_give_a_function_has_a_limit(db: Database) -> None:
    found = db.execute(TEXT_PARAMETERS.encode()).fetchall()
    assert [(name, function) for name, function in found if name not in UNLIMITED] == []
    assert UNLIMITED.keys() <= {name for name, _ in found}


def test_every_text_domain_has_a_limit_that_is_no_less_than_the_wires(db: Database) -> None:
    lacking = []
    for name, schema, check in db.execute(
        "select t.typname::text, obj_description(t.oid, 'pg_type')::jsonb,"
        "  (select string_agg(pg_get_constraintdef(c.oid), ' ') from pg_catalog.pg_constraint as c"
        "  where c.contypid = t.oid)"
        " from pg_catalog.pg_type as t"
        " where t.typnamespace = 'api'::regnamespace and t.typtype = 'd'"
        "  and t.typbasetype in ('text'::regtype, 'text[]'::regtype)"
    ):
        limit = re.search(
            r"length\((?:VALUE|array_to_string\(VALUE, ''::text\))\) <= (\d+)\)", check or ""
        )
        longest = schema.get("maxLength", max(map(len, schema.get("enum", [""]))))
        if limit is None or int(limit[1]) < longest:
            lacking.append(name)
    assert lacking == []


@pytest.mark.parametrize(
    "statement",
    [
        "select api.list_leads(p_search => {long})",
        "select school.lead_ids_matching({long})",
        "select school.search_pattern({long})",
        (
            "insert into school.leads (stage_id, name, phone, follow_up_date)"
            " select id, {long}, '1', current_date from school.lead_stages limit 1"
        ),
        (
            "insert into school.leads (stage_id, name, phone, follow_up_date)"
            " select id, 'x', {long}, current_date from school.lead_stages limit 1"
        ),
        (
            "insert into school.leads (stage_id, name, guardian_name, phone, follow_up_date)"
            " select id, 'x', {long}, '1', current_date from school.lead_stages limit 1"
        ),
        "update school.leads set guardian_name = {long}",
        "select api.put_lead_tag(id, {long}) from school.leads",
        "select api.list_notifications(p_cursor => {long})",
    ],
)
def test_a_long_text_is_refused_before_it_costs_time(
    login: Callable[..., Database], statement: str
) -> None:
    sam = login("sam")
    sam.execute("set statement_timeout = '5s'")
    with pytest.raises(psycopg.errors.CheckViolation):
        sam.execute(statement.format(long="repeat('1x', 100000)").encode())


@pytest.mark.parametrize(
    "expression",
    [
        "school.clean('x' || repeat(' ', 500000) || 'x')",
        "school.clean_email(repeat('a@', 500000))",
        "school.csv_line(array[repeat(' ', 500000) || 'x'])",
        "school.is_date(repeat('2027-01-01', 50000))",
    ],
)
def test_a_helper_that_takes_any_text_takes_no_time_for_it(
    login: Callable[..., Database], expression: str
) -> None:
    sam = login("sam")
    started = time.monotonic()
    sam.execute(f"select {expression}".encode())
    assert time.monotonic() - started < 2


# --- logins that only read ---------------------------------------------------------------------

TABLES = f"""
select c.oid::regclass::text, (
  select a.attname from pg_catalog.pg_attribute as a
  where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    and a.attidentity = ''
  order by a.attnum limit 1
)
from pg_catalog.pg_class as c
where c.relkind in ('r', 'p') and c.relnamespace::regnamespace::text in {OURS}
order by 1
"""


def test_a_login_that_only_reads_writes_no_table_whatever_it_was_granted(
    db: Database, school: School, login: Callable[..., Database]
) -> None:
    """The default that makes its transactions read-only can be set back."""
    sam = login("sam", read_only=True)
    assert sam.execute("show transaction_read_only").fetchone() == ("on",)
    assert sam.execute("select auth.user_id()::text").fetchone() == (school["sam"],)
    before = sam.execute("select count(*) from school.leads").fetchone()
    sam.execute("set default_transaction_read_only = off")
    with pytest.raises(psycopg.Error, match="only reads"):
        sam.execute("update school.leads set area = 'North'")
    db.execute(
        sql.SQL(
            "grant usage on schema school, auth, jobs to {0};"
            "grant all on all tables in schema school, auth, jobs to {0};"
        ).format(sql.Identifier(matrix.login_of(db, "sam")))
    )
    tables = db.execute(TABLES.encode()).fetchall()
    assert len(tables) > 40
    for table, column in tables:
        for statement in (
            f"update {table} set {column} = {column} where false",
            f"insert into {table} default values",
            f"delete from {table} where false",
            f"truncate {table} cascade",
        ):
            with pytest.raises(psycopg.Error, match=r"only reads|append-only"):
                sam.execute(statement.encode())
    assert sam.execute("select count(*) from school.leads").fetchone() == before


def test_a_login_that_only_reads_writes_through_no_function(db: Database, school: School) -> None:
    """Everything that attackers try, and what the person of the login may do otherwise."""
    try:
        world = matrix.world_of(db, school)
        able = [p for p in world.people if p.login != "school_gateway" and p.role is not None]
        assert {p.role for p in able} == {*matrix.ROLES.values()}
        tables = list(world.rows)
        wrote = dict.fromkeys((False, True), 0)
        wrong = []
        for read_only in (False, True):
            db.execute("update auth.direct_logins set read_only = %s", (read_only,))
            rows = {table: matrix.rows_of(db, table) for table in tables}
            with db.transaction(force_rollback=True):
                for me, target, arguments in attacks(db, world, able):
                    if not target.is_writing or (not read_only and wrote[False] > 20):
                        continue
                    outcome = attempt(db, me, target, arguments, tables)
                    if outcome is not None and outcome[1] != rows:
                        wrote[read_only] += 1
                        wrong += [f"{me.label}: {target.name}({arguments})"] * read_only
        assert wrote[False] > 20
        assert wrong == [], "\n".join(wrong)
    finally:
        matrix.revoke_logins(db)


def test_a_login_that_reads_and_writes_is_not_hindered(
    school: School, login: Callable[..., Database]
) -> None:
    sam = login("sam")
    sam.execute("update school.leads set area = 'North' where id = %s", (school["fresh"],))
    row = sam.execute("select area from school.leads where id = %s", (school["fresh"],))
    assert row.fetchone() == ("North",)
