"""Who somebody is, is decided by the database at every statement, and by nothing they can set."""

import asyncio
import itertools
import json
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import httpx
import psycopg
import pytest
from psycopg import sql
from psycopg.pq import TransactionStatus

from api.database.calls import Caller, Key
from api.database.catalog import Catalog, read_catalog
from api.database.gateway import Gateway
from api.database.pipeline import Statement
from api.http.plans import plan_of
from api.http.routes import ROUTES
from api.problems import Problem
from api.settings import Settings
from tests.conventions import matrix
from tests.conventions.matrix import Person, World
from tests.support.asking import callable_functions
from tests.support.promises import Figure
from tests.support.school import Refusal, School, token_hash

pytestmark = pytest.mark.promise("identity")

Database = psycopg.Connection[Any]


@pytest.fixture
def world(db: Database, school: School) -> Iterator[World]:
    db.prepare_threshold = None
    try:
        yield matrix.world_of(db, school)
    finally:
        matrix.revoke_logins(db)


# --- the next request --------------------------------------------------------------------------


def test_a_new_role_ends_the_session_and_acts_on_the_next(
    db: Database, school: School, client: Callable[..., httpx.Client]
) -> None:
    sue, ada = client("sue"), client("ada")
    assert sue.get("/v1/leads").status_code == 200
    changed = ada.patch(f"/v1/users/{school['sue']}", json={"role": "teacher"})
    assert changed.status_code == 200
    assert sue.get("/v1/leads").status_code == 401
    db.execute(
        "insert into auth.sessions (token_hash, user_id, expires_at) values (%s, %s, '2200-01-01')",
        (token_hash(school.token("sue")), school["sue"]),
    )
    assert sue.get("/v1/leads").json()["items"] == []


@pytest.mark.parametrize("ending", ["disabling", "deletion", "logout", "logout everywhere"])
def test_what_ends_a_session_acts_on_the_next_request(
    school: School, client: Callable[..., httpx.Client], ending: str
) -> None:
    sue, ada = client("sue"), client("ada")
    assert sue.get("/v1/me").status_code == 200
    if ending == "disabling":
        ada.patch(f"/v1/users/{school['sue']}", json={"status": "disabled"}).raise_for_status()
    elif ending == "deletion":
        ada.delete(f"/v1/users/{school['sue']}").raise_for_status()
    else:
        everywhere = {"everywhere": "true"} if ending == "logout everywhere" else {}
        sue.post("/v1/auth/logout", params=everywhere).raise_for_status()
    assert sue.get("/v1/me").status_code == 401
    assert sue.get("/v1/leads").status_code == 401


def test_even_a_session_left_over_lets_no_disabled_or_deleted_user_in(
    db: Database, school: School, client: Callable[..., httpx.Client]
) -> None:
    sue = client("sue")
    for members in ("status = 'disabled'", "status = 'active', deleted_at = now()"):
        db.execute(f"update school.users set {members} where id = %s", (school["sue"],))
        db.execute(
            "insert into auth.sessions (token_hash, user_id, expires_at)"
            " values (%s, %s, '2200-01-01') on conflict do nothing",
            (token_hash(school.token("sue")), school["sue"]),
        )
        assert sue.get("/v1/me").status_code == 401


def test_a_token_made_for_staff_does_not_open_the_door_of_an_admin(
    db: Database, school: School, client: Callable[..., httpx.Client], http: Callable[..., Any]
) -> None:
    """An admin invites staff, a super_admin promotes them: the invitation has ended."""
    ada, root = client("ada"), client("root")
    token = ada.post(f"/v1/users/{school['sue']}/activation").json()["token"]
    root.patch(f"/v1/users/{school['sue']}", json={"role": "super_admin"}).raise_for_status()
    body = {"token": token, "password": "a password of the admin's"}
    refused = http().post("/v1/auth/activate", json=body)
    assert (refused.status_code, refused.json()["code"]) == (401, "invalid_token")
    assert db.execute(
        "select count(*) from auth.credentials where user_id = %s", (school["sue"],)
    ).fetchone() == (0,)


# --- direct logins -----------------------------------------------------------------------------

SIGHT = """
select coalesce(json_object_agg(t.name, t.ids), '{}')::text
from (
  select 'me', json_agg(array[auth.user_id()::text, auth.role()])
  union all select 'users', json_agg(id order by id) from school.users
  union all select 'classes', json_agg(id order by id) from school.attendance
  union all select 'admissions', json_agg(id order by id) from school.admissions
) as t (name, ids)
"""


def sight(connection: Database) -> dict[str, Any] | None:
    """Return who the database takes the connection for and what it sees; None for an error."""
    try:
        row = connection.execute(SIGHT).fetchone()
    except psycopg.Error:
        return None
    assert row is not None
    return dict(json.loads(row[0]))


def values_of(kind: str, enum: list[str] | None, low: str | None, high: str | None) -> list[str]:
    if kind == "bool":
        return ["on", "off"]
    if kind == "enum":
        return enum or []
    if kind == "string":
        return ["", "school_owner", "postgres", "school, auth, public"]
    return [value for value in (low, high) if value is not None]


def test_no_setting_makes_a_direct_login_somebody_else(
    db: Database, world: World, conninfo: Callable[..., str], figure: Figure
) -> None:
    """Every setting a login may touch, with every kind of value, one at a time."""
    school = world.school
    stolen = token_hash(school.token("root")).hex()
    mine = {
        "ostinato." + name
        for name in ("session", "user_id", "role", "login", "request_id", "seen_as")
    }
    candidates = [(name, value) for name in mine for value in (stolen, school["root"], "admin", "")]
    for name, kind, enum, low, high in db.execute(
        "select name, vartype, enumvals, min_val, max_val from pg_catalog.pg_settings"
        " where context in ('user', 'superuser', 'superuser-backend')"
        " and name !~ '(timeout|^client_encoding|^log_|^debug_|_delay)'"
    ):
        candidates += [(name, value) for value in values_of(kind, enum, low, high)]
    with psycopg.connect(conninfo(matrix.login_of(db, "sid")), autocommit=True) as connection:
        before = sight(connection)
        assert before is not None
        assert before["me"] == [[school["sid"], "student"]]
        tried = 0
        for name, value in candidates:
            with connection.transaction(force_rollback=True):
                try:
                    with connection.transaction():
                        connection.execute("select set_config(%s, %s, true)", (name, value))
                except psycopg.Error:
                    continue
                tried += 1
                with_it = sight(connection)
                assert with_it in (before, None), (name, value, with_it)
        figure.count("settings tried", tried)
        assert tried > 200
        assert sight(connection) == before


def test_no_login_takes_a_role_that_is_not_its_own(
    db: Database, world: World, conninfo: Callable[..., str]
) -> None:
    roles = [
        name
        for (name,) in db.execute(
            "select rolname from pg_catalog.pg_roles where rolname ~ '^(school_|pg_|postgres)'"
        )
    ]
    own = {
        "root": {"school_super_admin", "school_admin"},
        "ada": {"school_admin"},
        "sam": {"school_staff"},
        "tom": {"school_teacher"},
        "sid": {"school_student"},
        "dan": {"school_staff", "school_analyst"},
    }
    for person, allowed in own.items():
        with psycopg.connect(conninfo(matrix.login_of(db, person)), autocommit=True) as connection:
            for role in roles:
                taken = []
                for statement in ("set role {}", "set session authorization {}"):
                    try:
                        connection.execute(sql.SQL(statement).format(sql.Identifier(role)))
                        taken.append(statement)
                    except psycopg.errors.InsufficientPrivilege:
                        continue
                    finally:
                        connection.execute("reset role")
                assert taken == (["set role {}"] if role in allowed else []), (person, role)


def test_a_direct_login_makes_nothing_that_would_outlive_its_rights(
    db: Database, world: World, conninfo: Callable[..., str]
) -> None:
    """Nothing to trip a function of the owner with, and no right to hand on."""
    with psycopg.connect(conninfo(matrix.login_of(db, "root")), autocommit=True) as connection:
        for statement in (
            "create schema mine",
            "create table public.mine ()",
            "create function api.mine() returns integer language sql return 1",
            "grant school_super_admin to school_student",
            "create temporary table mine ()",
            "create domain pg_temp.uuid as pg_catalog.uuid check (school.user_name(value) = '')",
            "create view school.mine as select * from school.users",
            "create role mine",
            "create policy mine on school.leads using (true)",
            "create trigger mine after insert on school.leads execute function school.audit_lead()",
            "alter table school.leads disable row level security",
            "alter role school_admin bypassrls",
            "truncate school.leads",
            "select auth.grant_sql('sam@school.test', 'another')",
            "select auth.create_user_from_console('x@y.test', 'X', 'super_admin')",
            "select auth.open_session(id, 1, null) from school.users",
            "select school.emit('lead.assigned', 'lead', gen_random_uuid())",
            "copy school.users to program 'cat'",
            "select pg_read_file('postgresql.conf')",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
            assert connection.info.transaction_status == TransactionStatus.IDLE
        # A grant by who may not grant is a warning, not an error; it grants nothing.
        connection.execute("grant select on school.users to school_student")
        assert db.execute(
            "select has_table_privilege('school_student', 'school.users', 'select')"
        ).fetchone() == (False,)


def test_disabling_demoting_and_deleting_act_on_the_next_statement_of_a_login(
    db: Database, world: World, conninfo: Callable[..., str]
) -> None:
    school = world.school
    login = conninfo(matrix.login_of(db, "sam"))
    leads = "select count(*) from school.leads"
    for change, back in (
        ("status = 'disabled'", "status = 'active'"),
        ("role = 'teacher'", "role = 'staff'"),
        ("deleted_at = now()", "deleted_at = null"),
    ):
        with psycopg.connect(login, autocommit=True) as connection:
            assert connection.execute(leads).fetchone() == (3,)
            db.execute(f"update school.users set {change} where id = %s", (school["sam"],))
            with pytest.raises(psycopg.OperationalError):
                connection.execute(leads)
        with psycopg.connect(login, autocommit=True) as connection:
            assert connection.execute(leads).fetchone() == (0,)
        db.execute(f"update school.users set {back} where id = %s", (school["sam"],))


def test_who_disables_themselves_is_cut_off_everywhere_but_where_they_do_it(
    db: Database, world: World, conninfo: Callable[..., str]
) -> None:
    db.execute("update school.users set role = 'super_admin' where name = 'Ada'")
    root = conninfo(matrix.login_of(db, "root"))
    count = "select count(*) from school.users"
    with (
        psycopg.connect(root, autocommit=True) as here,
        psycopg.connect(root, autocommit=True) as there,
    ):
        assert there.execute(count).fetchone() == here.execute(count).fetchone() != (0,)
        here.execute("update school.users set status = 'disabled' where name = 'Root'")
        assert here.execute(count).fetchone() == (0,)
        with pytest.raises(psycopg.OperationalError):
            there.execute(count)
    assert db.execute("select status from school.users where name = 'Root'").fetchone() == (
        "disabled",
    )


def test_where_sessions_cannot_be_ended_a_person_is_disabled_all_the_same(
    db: Database, world: World, conninfo: Callable[..., str]
) -> None:
    with psycopg.connect(conninfo(matrix.login_of(db, "sam")), autocommit=True) as connection:
        with db.transaction(force_rollback=True):
            db.execute("revoke pg_signal_backend from school_owner")
            db.execute(
                "update school.users set status = 'disabled' where id = %s", (world.school["sam"],)
            )
        assert connection.execute("select count(*) from school.leads").fetchone() == (3,)


def test_revoking_a_login_ends_its_connections(
    db: Database, world: World, conninfo: Callable[..., str]
) -> None:
    login = matrix.login_of(db, "sam")
    with psycopg.connect(conninfo(login), autocommit=True) as connection:
        connection.execute("select 1")
        db.execute("select auth.revoke_sql(%s)", (login,))
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select pg_catalog.pg_sleep(30)")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(conninfo(login))
    assert db.execute("select count(*) from pg_roles where rolname = %s", (login,)).fetchone() == (
        0,
    )


# --- the bare gateway --------------------------------------------------------------------------

BARE_GATEWAY = {
    "auth.activate",
    "auth.begin_activation",
    "auth.begin_login",
    "auth.begin_password_change",
    "auth.change_password",
    "auth.enter",
    "auth.finish_login",
    "auth.installed",
    "auth.last_write",
    "auth.note_write",
    "auth.open_rows",
    "auth.channel_key",
    "auth.notice_key",
    "auth.require_replayed",
    "auth.require_session",
    "auth.require_ticket",
    "auth.setting",
    "auth.user_id",
    "jobs.enabled_jobs",
    "jobs.give_up_lease",
    "jobs.hold_lease",
    "jobs.lead",
    "jobs.metrics",
    "jobs.resign",
    "jobs.run",
    "school.clock",
    "school.fail",
}


def test_a_gateway_that_did_not_enter_reads_no_table_and_calls_its_few_functions(
    school: School, conninfo: Callable[..., str]
) -> None:
    with psycopg.connect(conninfo("school_gateway"), autocommit=True) as gateway:
        called = callable_functions(gateway)
        assert called == BARE_GATEWAY


def test_nobody_calls_only_what_is_open_to_nobody(db: Database) -> None:
    open_functions = {
        name
        for (name,) in db.execute(
            "select p.proname::text from pg_catalog.pg_proc as p"
            " where p.pronamespace = 'api'::regnamespace"
            " and has_function_privilege('school_anonymous', p.oid, 'execute')"
        )
    }
    assert open_functions == {r.function for r in ROUTES if r.open and not r.password}


# --- pooled connections ------------------------------------------------------------------------

STATE = """
select json_build_object(
  'user', current_user,
  'session', session_user,
  'role', current_setting('role'),
  'ours', array(
    select name || '=' || nullif(current_setting(name, true), '')
    from unnest(array['session', 'request_id', 'client_address', 'seen_as']) as n (short)
    cross join lateral (select 'ostinato.' || n.short) as s (name)
    where nullif(current_setting(name, true), '') is not null
  ),
  'settings', (
    select json_object_agg(name, setting order by name)
    from pg_catalog.pg_settings
    where name not in ('transaction_isolation', 'transaction_read_only')
      and name !~ '^(plpgsql|pg_trgm)'
  ),
  'locks', (
    select count(*) from pg_catalog.pg_locks
    where pid = pg_backend_pid() and locktype not in ('virtualxid', 'relation')
  ),
  'temporary', (select count(*) from pg_catalog.pg_class where relpersistence = 't'),
  'listening', (select count(*) from pg_listening_channels()),
  'prepared', (select count(*) from pg_prepared_statements),
  'cursors', (select count(*) from pg_cursors where not name = '')
)
"""


async def _state_after_requests(
    settings: Settings, catalog: Catalog, school: School
) -> list[dict[str, Any]]:
    """Return a pooled connection's state before and after each of many kinds of request."""
    plans = {r.function: plan_of(r, catalog) for r in ROUTES if not r.password}
    gateway = Gateway(replace(settings, pool_max=1), catalog)
    await gateway.open()
    states = []

    async def note() -> None:
        async with gateway.pool.connection() as connection:
            row = await (await connection.execute(STATE)).fetchone()
            assert row is not None
            states.append(row[0])

    def caller(token: str | None) -> Caller:
        return Caller(None if token is None else token_hash(token), "request", "10.0.0.1")

    lead = {"p_lead_id": school["sams"].encode()}
    named = {"p_name": b"Another name", "p_present": b"{name}"}
    ada, sam = school.token("ada"), school.token("sam")
    who = {"p_user_id": school["sam"].encode(), "p_resource": b"lead", "p_id": lead["p_lead_id"]}
    requests: list[tuple[str | None, str, dict[str, bytes], Key | None]] = [
        (ada, "list_leads", {}, None),
        (sam, "get_lead", lead, None),
        (ada, "explain_access", who, None),
        (sam, "update_me", named, None),
        (sam, "delete_user", {"p_user_id": school["sid"].encode()}, None),
        (school.token("sue"), "get_lead", lead, None),
        (ada, "create_instrument", {"p_name": b"Oboe"}, Key("k", "POST", "/v1/i", b"b" * 32)),
        (ada, "create_instrument", {"p_name": b"Oboe"}, Key("k", "POST", "/v1/i", b"b" * 32)),
        (ada, "create_instrument", {"p_name": b"Oboe"}, Key("l", "POST", "/v1/i", b"b" * 32)),
        ("never was", "get_me", {}, None),
        (None, "get_me", {}, None),
    ]
    try:
        await note()
        for token, function, arguments, key in requests:
            # What is refused leaves the connection as clean as what is not.
            with suppress(Problem):
                await gateway.call(caller(token), plans[function].call(arguments), key)
            await note()
        await gateway.bare(caller(None), Statement(b"select auth.installed()"))
        await note()
        with suppress(Problem):
            await gateway.check(caller(sam), plans["delete_user"].function)
        await note()
    finally:
        await gateway.close()
    return states


def test_no_login_compiles_its_plans(db: Database, conninfo: Callable[..., str]) -> None:
    """Compiling a plan with all row policies takes seconds where the statement takes none."""
    db.execute(f"alter database {db.info.dbname} set jit = on")
    for login in ("school_gateway", "school_sender"):
        with psycopg.connect(conninfo(login)) as connection:
            assert connection.execute("show jit").fetchone() == ("off",), login


def test_a_pooled_connection_is_clean_after_every_request(
    db: Database, school: School, settings: Settings
) -> None:
    states = asyncio.run(_state_after_requests(settings, read_catalog(db), school))
    clean = states[0]
    assert (clean["user"], clean["session"], clean["role"]) == (
        "school_gateway",
        "school_gateway",
        "none",
    )
    counted = ("locks", "temporary", "listening", "prepared", "cursors")
    assert (clean["ours"], [clean[name] for name in counted]) == ([], [0] * 5)
    assert len(states) == 14
    for state in states[1:]:
        was, now = clean["settings"].items(), state["settings"].items()
        assert now - was == set()
        assert state == clean
    row = db.execute("select name from school.users where id = %s", (school["sam"],)).fetchone()
    assert row == ("Another name",)


# --- histories ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "table",
    [
        "school.lead_audit_events",
        "school.notification_events",
        "school.attendance_history",
        "school.admission_payment_history",
    ],
)
def test_a_history_is_rewritten_by_nobody_not_even_its_owner(
    db: Database, world: World, table: str
) -> None:
    assert world.rows[table] != []
    for role in ("school_owner", "postgres", "school_super_admin"):
        db.execute(sql.SQL("set role {}").format(sql.Identifier(role)))
        for statement in (
            f"update {table} set created_at = created_at",
            f"delete from {table}",
            f"truncate {table} cascade",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                db.execute(statement)
        db.execute("reset role")
    assert matrix.rows_of(db, table) == world.rows[table]


# --- roles with nobody, or a stranger, behind them ---------------------------------------------

CALLABLE = """
select
  p.oid::regprocedure::text,
  format('%I.%I', n.nspname, p.proname),
  p.proretset,
  p.provolatile = 'v',
  array(
    select jsonb_build_array(a.name, pg_catalog.format_type(a.type, null), t.typcategory,
      a.position > p.pronargs - p.pronargdefaults)
    from unnest(p.proargnames[1:p.pronargs], p.proargtypes::oid[])
      with ordinality as a (name, type, position)
    join pg_catalog.pg_type as t on t.oid = a.type
    order by a.position
  ),
  array(
    select substr(r.rolname, 8)
    from pg_catalog.pg_roles as r
    where r.rolname ~ '^school_(super_admin|admin|staff|teacher|student)$'
      and has_function_privilege(r.oid, p.oid, 'execute')
  )
from pg_catalog.pg_proc as p
join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
where n.nspname in ('api', 'school', 'auth', 'jobs') and p.prokind = 'f'
  and p.prorettype <> 'trigger'::regtype
order by 1
"""


@dataclass(frozen=True)
class Target:
    """A function with what it takes: (name, type, category, has a default)."""

    signature: str
    name: str
    is_set: bool
    is_writing: bool
    parameters: list[tuple[str, str, str, bool]]
    roles: frozenset[str]


def targets(db: Database) -> list[Target]:
    return [
        Target(signature, name, is_set, writes, [tuple(p) for p in parameters], frozenset(roles))
        for signature, name, is_set, writes, parameters, roles in db.execute(CALLABLE)
    ]


def bait(world: World, victim: dict[str, str]) -> Callable[[str, str, str], Any]:
    """Return what to hand a parameter, by its name and type: the ids of the victim first."""
    school = world.school
    by_name: dict[str, Any] = {
        **victim,
        "p_time_slot_ids": [school["friday"]],
        "p_student": json.dumps({"name": "Impostor"}),
        "p_items": json.dumps([{"id": victim["p_attendance_id"], "status": "present"}]),
        "p_role": "teacher",
        "p_email": "impostor@school.test",
        "p_outcome": "done",
        "p_sort": "createdAt",
        "p_search": "sa",
        "p_status": None,
        "p_cursor": None,
    }
    by_type: dict[str, Any] = {
        "date": "2027-03-05",
        "uuid": None,
        "bytea": token_hash(school.token("root")),
        "json": "{}",
        "jsonb": "{}",
    }
    by_category = {"A": [], "B": True, "N": 4}

    def value(name: str, kind: str, category: str) -> Any:
        if name in by_name:
            one = by_name[name]
            return [one] if category == "A" and isinstance(one, str) else one
        return by_type.get(kind, by_category.get(category, "x"))

    return value


def calls(target: Target, value: Callable[[str, str, str], Any]) -> Iterator[dict[str, Any]]:
    """Return sets of arguments: what is required; a PATCH of each member; each id; everything."""
    given = {name: value(name, kind, category) for name, kind, category, _ in target.parameters}
    required = {
        name: given[name] for name, _, _, has_default in target.parameters if not has_default
    }
    yield required
    if "p_present" in given:
        for name in given.keys() - required.keys() - {"p_present", "p_if_match"}:
            member = name.removeprefix("p_")
            yield {**required, "p_present": [member]}
            yield {**required, "p_present": [member], name: given[name]}
    ids = {name: v for name, v in given.items() if name.endswith(("_id", "_ids"))}
    yield from ({**required, name: value} for name, value in ids.items())
    yield {**required, **ids}
    yield given


def attempt(
    db: Database, me: Person, target: Target, arguments: dict[str, Any], tables: list[str]
) -> tuple[str, dict[str, list[matrix.Row]]] | None:
    """Call the function as the person: what it answers and all rows after it; None: refused."""
    call = sql.SQL("{}({})").format(
        sql.Identifier(*target.name.split(".")),
        sql.SQL(", ").join(
            sql.SQL("{} => {}").format(sql.Identifier(name), sql.Literal(value))
            for name, value in arguments.items()
        ),
    )
    query = sql.SQL("select json_agg(r)::text from {} as r").format(call)
    if not target.is_set:
        query = sql.SQL("select to_json({})::text").format(call)
    try:
        with db.transaction(force_rollback=True):
            me.become(db)
            row = db.execute(query).fetchone()
            db.execute("set local session authorization default")
            db.execute("reset role")
            after = {} if not target.is_writing else {t: matrix.rows_of(db, t) for t in tables}
    except psycopg.Error:
        return None
    return (row and row[0]) or "", after


def secrets_of(world: World) -> set[str]:
    """Return what nobody may learn from a function: ids, names and addresses of rows."""
    found = set()
    for table in ("school.users", "school.leads", "school.admissions", "school.attendance"):
        for row in world.rows[table]:
            found |= {row["id"], row.get("name"), row.get("email")} - {None}
    return found - {"Root"}


def leaks(answer: str | None, secrets: set[str], arguments: dict[str, Any]) -> set[str]:
    said = {str(v) for v in arguments.values()} | {str(v) for v in itertools.chain(*(
        v for v in arguments.values() if isinstance(v, list)
    ))}  # fmt: skip
    words = set(re.findall(r"[\w.@-]+", answer or ""))
    return {secret for secret in secrets - said if secret in words}


def victims(world: World) -> list[dict[str, str]]:
    """Return ids to aim at, by parameter: what is sam's and sid's, and what is nobody's."""
    school = world.school
    a_class = next(b for b in world.rows["school.attendance"] if b["student_id"] == school["sid"])
    request = world.one("school.reschedule_requests", student_id=school["sid"])
    trial = world.one("school.trials", lead_id=school["fresh"], teacher_id=school["tom"])
    common = {
        "p_user_id": school["sid"],
        "p_student_id": school["sid"],
        "p_admission_id": school["sid_admission"],
        "p_attendance_id": a_class["id"],
        "p_reschedule_request_id": request["id"],
        "p_trial_id": trial["id"],
        "p_classroom_slot_id": school["violin_friday"],
        "p_teacher_id": school["tom"],
        "p_course_id": school["violin"],
        "p_course_plan_id": school["violin_4"],
        "p_instrument_id": school["violin_instrument"],
        "p_time_slot_id": school["friday"],
        "p_stage_id": school["stage_contacted"],
        "p_lead_stage_id": school["stage_contacted"],
        "p_access_request_id": world.rows["school.access_requests"][0]["id"],
        "p_closure_id": world.rows["school.school_closures"][0]["id"],
    }
    return [{**common, "p_lead_id": school[lead]} for lead in ("sams", "fresh", "unowned")]


def attacks(
    db: Database, world: World, attackers: list[Person]
) -> Iterator[tuple[Person, Target, dict[str, Any]]]:
    """Every function that an attacker's role may execute, with every set of arguments."""
    for target in targets(db):
        for me in (p for p in attackers if p.granted & target.roles):
            seen: list[dict[str, Any]] = []
            for victim in victims(world):
                for arguments in calls(target, bait(world, victim)):
                    if arguments not in seen:
                        seen.append(arguments)
                        yield me, target, arguments


def test_a_role_with_nobody_behind_it_gets_nothing_from_any_function(
    db: Database, world: World, figure: Figure
) -> None:
    """Expired, disabled, deleted: the grants are still there, the person is not."""
    tables = list(world.rows)
    secrets = secrets_of(world)
    nobodies = [p for p in world.people if p.role is None and p.granted & {*matrix.ROLES.values()}]
    assert len(nobodies) >= 6
    wrong, count = [], 0
    with db.transaction(force_rollback=True):
        for me, target, arguments in attacks(db, world, nobodies):
            count += 1
            outcome = attempt(db, me, target, arguments, tables)
            if outcome is None:
                continue
            answer, after = outcome
            if told := leaks(answer, secrets, arguments):
                wrong.append(f"{me.label}: {target.name}({arguments}) tells {told}")
            if target.is_writing and after != world.rows:
                wrong.append(f"{me.label}: {target.name}({arguments}) writes")
    figure.count("calls of functions", count)
    figure.count("that told or wrote", len(wrong))
    assert wrong == [], "\n".join(wrong)


def test_a_stranger_neither_learns_nor_changes_what_is_not_theirs(
    db: Database, world: World, figure: Figure
) -> None:
    """Another member of staff, another teacher and another student, at what is sam's and sid's."""
    school = world.school
    tables = list(world.rows)
    strangers = [
        Person(name, frozenset({role}), role, school[name], token=school.token(name))
        for name, role in (("sue", "staff"), ("tia", "teacher"), ("una", "student"))
    ]
    private = {
        "school.leads": {school["sams"], school["fresh"]},
        "school.admissions": {school["sid_admission"]},
        "school.users": {school["sid"], school["sam"]},
        **{
            table: {row["id"] for row in world.rows[table] if row["student_id"] == school["sid"]}
            for table in (
                "school.attendance",
                "school.classroom_enrollments",
                "school.reschedule_requests",
            )
        },
        "school.trials": {
            row["id"]
            for row in world.rows["school.trials"]
            if row["teacher_id"] == school["tom"]
            and row["lead_id"] in (school["sams"], school["fresh"])
        },
    }
    rows = {t: [r for r in world.rows[t] if r["id"] in ids] for t, ids in private.items()}
    secrets = {"Sams", "sams@leads.test", "Fresh", "fresh@leads.test", "Sid", "sid@school.test"}
    secrets |= {school["sid_admission"]} | private["school.attendance"]
    wrong, count = [], 0
    with db.transaction(force_rollback=True):
        # Whoever gives a class knows the leads who come to it.
        db.execute("delete from school.trials where teacher_id = %s", (school["tia"],))
        for me, target, arguments in attacks(db, world, strangers):
            count += 1
            outcome = attempt(db, me, target, arguments, tables)
            if outcome is None:
                continue
            answer, after = outcome
            if told := leaks(answer, secrets, arguments):
                wrong.append(f"{me.label}: {target.name}({arguments}) tells {told}")
            if target.is_writing:
                kept = {t: [r for r in after[t] if r["id"] in ids] for t, ids in private.items()}
                if kept != rows:
                    wrong.append(f"{me.label}: {target.name}({arguments}) writes")
    figure.count("calls of functions", count)
    figure.count("that told or wrote", len(wrong))
    assert wrong == [], "\n".join(wrong)


def test_a_hidden_person_reads_like_one_who_does_not_exist(
    db: Database, school: School, call: Callable[..., Any]
) -> None:
    """No id in a body tells staff whether it is somebody's (SQL by hand included)."""
    sue = call("sue")
    lead = {"name": "X", "phone": "1", "follow_up_date": "2027-03-01"}
    nobody = str(uuid.uuid4())
    count = db.execute("select count(*) from school.leads").fetchone()
    for column, hidden in (
        ("assigned_teacher_id", ("sid", "ada", "sam")),
        ("owner_id", ("sid", "ada", "sam")),
    ):
        refusals: set[tuple[str | None, ...]] = set()
        for person in (nobody, *(school[name] for name in hidden)):
            with pytest.raises(Refusal) as refusal:
                sue("create_lead", stage_id=school["stage_new"], **lead, **{column: person})
            refusals.add((refusal.value.code, str(refusal.value), repr(refusal.value.members)))
            values = {**lead, "stage_id": school["stage_new"], column: person}
            insert = sql.SQL("insert into school.leads ({}) values ({})").format(
                sql.SQL(", ").join(map(sql.Identifier, values)),
                sql.SQL(", ").join(map(sql.Literal, values.values())),
            )
            with pytest.raises(psycopg.DatabaseError) as by_hand:
                sue.rows(insert)
            refusals.add(("by hand", by_hand.value.sqlstate, by_hand.value.diag.message_detail))
        assert len(refusals) == 2, refusals
    assert db.execute("select count(*) from school.leads").fetchone() == count
