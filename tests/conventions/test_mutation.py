"""The tests of security are tested: rules are broken one at a time, and somebody must notice.

A mutant of a policy (the policy dropped, its ``using`` or ``with check`` replaced by true) is
killed when a cell of the matrix no longer ends as the model says. A mutant of a grant (one right
of one role on one column, function or view, given or taken) is killed by the model of grants, one
of what the catalog keeps by a rule of test_catalog. Each lives in a transaction that is rolled
back.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.conventions import grants, matrix
from tests.conventions.matrix import World
from tests.conventions.test_catalog import DEFINERS, broken, definers
from tests.support.effort import rounds
from tests.support.promises import Figure
from tests.support.school import School

Database = psycopg.Connection[Any]

POLICIES = """
select
  p.polname,
  p.polrelid::regclass::text,
  p.polcmd::text,
  array(select substr(r.rolname, 8) from pg_catalog.pg_roles as r where r.oid = any (p.polroles)),
  pg_get_expr(p.polqual, p.polrelid),
  pg_get_expr(p.polwithcheck, p.polrelid),
  exists (
    select
    from pg_catalog.pg_depend as d
    cross join unnest(p.polroles) as r (oid)
    where d.classid = 'pg_catalog.pg_policy'::regclass and d.objid = p.oid
      and d.refobjid = p.polrelid and d.refobjsubid > 0
      and has_column_privilege(r.oid, p.polrelid, d.refobjsubid::smallint, 'update')
  )
from pg_catalog.pg_policy as p
join pg_catalog.pg_class as c on c.oid = p.polrelid
where c.relnamespace::regnamespace::text in ('school', 'auth', 'jobs')
order by 2, 1
"""


@dataclass(frozen=True)
class Mutant:
    """A broken policy: what was done to it, the statement that does it, whom it is about."""

    what: str
    table: str
    roles: frozenset[str]
    statement: sql.Composed

    def __str__(self) -> str:
        return f"{self.table}: {self.what}"


def mutants(db: Database) -> Iterator[Mutant]:
    """Break every policy in every way that is not the same policy in other words.

    A ``with check`` that equals its ``using``, on columns that its roles may not update, refuses
    nothing that ``using`` let through: without it nothing changes, and test_catalog demands
    it all the same. There the mutant that loses both is tried instead. An owner's or an analyst's
    policy is true already and can only be dropped.
    """
    for policy, table, command, roles, using, check, can_leave in db.execute(POLICIES).fetchall():
        name, target = sql.Identifier(policy), matrix.name_of(table)

        def mutant(
            what: str,
            statement: str,
            name: sql.Identifier = name,
            target: sql.Identifier = target,
            table: str = table,
            policy: str = policy,
            roles: list[str] = roles,
        ) -> Mutant:
            return Mutant(
                f"{policy}, {what}",
                table,
                frozenset(roles),
                sql.SQL(statement).format(name, target),
            )

        yield mutant("dropped", "drop policy {} on {}")
        if using not in (None, "true"):
            yield mutant("using (true)", "alter policy {} on {} using (true)")
        if check in (None, "true"):
            continue
        if command == "w" and using == check and not can_leave:
            both = "alter policy {} on {} using (true) with check (true)"
            yield mutant("using (true) with check (true)", both)
        else:
            yield mutant("with check (true)", "alter policy {} on {} with check (true)")


def killer(db: Database, mutant: Mutant, world: World) -> matrix.Cell | None:
    """Return the first cell of the mutant's table that tells it from the model, if there is one."""
    for me in world.people:
        if me.granted & mutant.roles or me.label in mutant.roles:
            for cell in matrix.cells(me, mutant.table, world):
                if matrix.tried(db, cell, world) != cell.expected:
                    return cell
    return None


def controls() -> list[Mutant]:
    """Return mutants in which nothing is broken."""
    roles = frozenset({"super_admin", "admin", "staff", "teacher", "student"})
    return [
        Mutant("nothing", table, roles, sql.SQL("select").format())
        for table in ("school.users", "school.leads", "school.attendance", "auth.sessions")
    ]


@pytest.mark.promise("mutants")
def test_every_broken_policy_is_noticed_by_the_matrix(
    db: Database, school: School, figure: Figure
) -> None:
    db.prepare_threshold = None
    killed, survivors = 0, []
    try:
        world = matrix.world_of(db, school)
        with db.transaction(force_rollback=True):
            assert [c for c in controls() if killer(db, c, world) is not None] == []
        for mutant in list(mutants(db)):
            with db.transaction(force_rollback=True):
                db.execute(mutant.statement)
                if killer(db, mutant, world) is None:
                    survivors.append(str(mutant))
                else:
                    killed += 1
    finally:
        matrix.revoke_logins(db)
    figure.count("mutants of policies killed", killed)
    figure.count("survived", len(survivors))
    assert killed > 100
    assert survivors == [], "\n".join(survivors)


# Rights by role and object: has it, by membership in another role, on the table as a whole.
RIGHTS = """
select 'column', c.oid::regclass::text, a.attname::text, r.rolname::text, v.verb,
  has_column_privilege(r.oid, c.oid, a.attnum, v.verb),
  r.rolname = 'school_super_admin'
    and has_column_privilege('school_admin', c.oid, a.attnum, v.verb),
  has_table_privilege(r.oid, c.oid, v.verb)
from pg_catalog.pg_class as c
join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
cross join pg_catalog.pg_roles as r
cross join (values ('select'), ('insert'), ('update')) as v (verb)
where c.relkind in ('r', 'p') and c.relnamespace::regnamespace::text in ('school', 'auth', 'jobs')
  and r.rolname = any (%(roles)s)
union all
select 'view', c.oid::regclass::text, '', r.rolname, 'select',
  has_table_privilege(r.oid, c.oid, 'select'),
  r.rolname = 'school_super_admin' and has_table_privilege('school_admin', c.oid, 'select'), true
from pg_catalog.pg_class as c
cross join pg_catalog.pg_roles as r
where c.relkind = 'v' and c.relnamespace::regnamespace::text in ('api', 'analytics')
  and r.rolname = any (%(roles)s)
union all
select 'function', p.oid::regprocedure::text, p.proname, r.rolname, 'execute',
  has_function_privilege(r.oid, p.oid, 'execute'),
  r.rolname = 'school_super_admin' and has_function_privilege('school_admin', p.oid, 'execute'),
  true
from pg_catalog.pg_proc as p
cross join pg_catalog.pg_roles as r
where p.pronamespace = 'api'::regnamespace and r.rolname = any (%(roles)s)
order by 1, 2, 3, 4, 5
"""


def mutants_of_grants(db: Database) -> Iterator[tuple[str, Callable[[], list[str]]]]:
    """Give each right that is had or not, turned over, and what judges whether that is wrong.

    A right that a role has by being a member of another cannot be taken from it alone.
    """
    whole = set()
    for kind, thing, name, role, verb, has, inherits, of_table in db.execute(
        RIGHTS, {"roles": grants.OUR_ROLES}
    ).fetchall():
        if inherits:
            continue
        what, judge = f"{verb} on {thing}", partial(grants.wrong_views, db, thing.replace('"', ""))
        if kind == "function":
            what = f"execute on function {thing}"
            judge = partial(grants.wrong_functions, db, name)
        elif kind == "column":
            judge = partial(grants.wrong_columns, db, role.removeprefix("school_"), thing)
            if not has or not of_table:
                what = f'{verb} ("{name}") on {thing}'
            elif (what, role) in whole:
                continue
            whole.add((what, role))
        yield f"revoke {what} from {role}" if has else f"grant {what} to {role}", judge


@pytest.mark.promise("mutants")
def test_every_grant_given_or_taken_is_noticed(db: Database, figure: Figure) -> None:
    db.prepare_threshold = None
    some = [*mutants_of_grants(db)][:: rounds(50, 1)]
    survivors = []
    for statement, judge in some:
        with db.transaction(force_rollback=True):
            db.execute(statement.encode())
            if not judge():
                survivors.append(statement)
    figure.count("mutants of grants killed", len(some) - len(survivors))
    figure.count("survived", len(survivors))
    assert len(some) > rounds(250, 12_000)
    assert survivors == [], "\n".join(survivors)


BREAKS: dict[str, list[str]] = {
    "every table has row security enabled and forced": [
        "alter table school.leads disable row level security",
        "alter table auth.sessions no force row level security",
    ],
    "everything belongs to school_owner": [
        "alter function school.seats_of_class(uuid) owner to current_user",
        "alter view api.lead owner to current_user",
    ],
    "PUBLIC has nothing of ours": [
        "grant execute on function auth.is_admin() to public",
        "grant execute on function school.emit(text, text, uuid, jsonb, date) to public",
        "grant select on school.lead_stages to public",
        "grant select (name) on school.users to public",
        "grant usage on schema school to public",
    ],
    "every function states an empty search_path": [
        f"alter function {name} reset search_path" for name in sorted(DEFINERS)
    ],
    "our roles have no power beyond their grants": [
        "alter role school_owner bypassrls",
        "alter role school_gateway createrole",
        "alter role school_sender createdb",
        "alter role school_sender inherit",
        "alter role school_staff login",
    ],
    "INSERT and UPDATE are granted by column": [
        "grant insert on school.leads to school_staff",
        "grant update on school.users to school_admin",
    ],
    "nobody but the owner has more of a table than its columns": [
        "grant delete on school.lead_tags to school_staff",
        "grant truncate on school.leads to school_admin",
        "grant references (id) on school.users to school_staff",
        "grant trigger on school.leads to school_admin",
    ],
    "nobody chooses or changes an id": [
        "grant insert (id) on school.leads to school_staff",
        "grant update (id) on school.lead_stages to school_admin",
    ],
    "nothing waits for an advisory lock": [
        (
            "create function school.odd() returns void language sql as"
            " 'select pg_advisory_xact_lock(1)'"
        ),
    ],
    "no grant may be handed on": [
        "grant select on school.courses to school_admin with grant option"
    ],
    "who is nobody reads no table": [
        "grant select on auth.sessions to school_gateway",
        "grant select on school.deliveries to school_sender",
        "grant select (name) on school.users to school_anonymous",
    ],
    "one permissive policy per table, command and role": [
        "create policy another on school.leads for select to school_staff using (false)",
        "create policy another on school.leads for all to school_super_admin using (false)",
    ],
    "a policy names its roles": [
        "create policy another on auth.sessions for select using (false)",
    ],
    "a policy by which people read says in words what it shows": [
        "comment on policy select_staff on school.leads is null",
        "comment on policy select_own on school.notifications is 'their own'",
    ],
    "UPDATE policies have using and with check": [
        "create policy another on auth.sessions for update to school_admin using (false)",
    ],
    "no policy but the owner's lets everything be written": [
        "create policy another on auth.sessions for delete to school_admin using (true)",
    ],
    "only jobs see every row, and analysts while they are nobody": [
        "create policy another on auth.sessions for select to school_admin using (true)",
        (
            "alter policy select_analyst on school.lead_audit_events"
            " using ((select auth.is_nobody()) and field = 'stageId' or field = 'ownerId')"
        ),
        "alter policy select_analyst on school.lead_audit_events using (field = 'stageId')",
    ],
    "no index and no statistics hold a personal column as it is": [
        "create index on school.leads (email)",
        "create index on school.leads (lower(name))",
    ],
    "a call in a policy that does not depend on the row is wrapped in a select": [
        "create policy another on auth.sessions for select to school_admin using (auth.is_admin())",
    ],
    "a policy does not read its own table": [
        (
            "create policy another on auth.sessions for select to school_admin"
            " using (exists (select from auth.sessions))"
        ),
    ],
    "a column that a policy looks at leads an index": [
        "drop index school.attendance_by_owner",
    ],
    "every view is security_invoker": [
        "alter view api.lead reset (security_invoker)",
        "alter view analytics.leads set (security_invoker = false)",
    ],
    "no materialized views": ["create materialized view api.copy as select 1 as one"],
    "a foreign key states what a delete does": [
        "alter table school.lead_notes add foreign key (author_id) references school.users (id)",
    ],
    "a foreign key is indexed by its leading columns": ["drop index school.lead_notes_by_author"],
    "parameters begin with p_": [
        "create function school.odd(uuid) returns integer language sql as 'select 1'",
        "create function school.odd(id uuid) returns integer language sql as 'select 1'",
    ],
    "every api function says what it does and is granted to somebody": [
        "comment on function api.get_me() is null",
        (
            "revoke execute on function api.get_me()"
            " from school_admin, school_staff, school_teacher, school_student"
        ),
    ],
    "every wire and reporting view says what it is and is granted to somebody": [
        "comment on view api.lead is null",
    ],
    "every reporting view is read by everybody who has a login": [
        "revoke select on analytics.waiting from school_teacher",
        "create view analytics.another as select 1 as one",
    ],
    "every reporting view says what it is, of each column, and who sees what": [
        "comment on view analytics.leads is 'One row per lead.'",
        "comment on column analytics.leads.source is null",
    ],
    "no reporting view tells how to reach a person, or the name of another than a colleague": [
        "create view analytics.another as select l.phone from school.leads as l",
        "create view analytics.another as select l.name from school.leads as l",
    ],
    "every table asks whether who writes only reads": [
        "drop trigger guard_read_only on school.leads",
        "alter table auth.sessions disable trigger guard_read_only",
        "create table school.another ()",
    ],
    "nobody writes large objects": [
        "grant execute on function pg_catalog.lo_create(oid) to public",
    ],
    "nobody reaches what an extension of ours brought": [
        "grant usage on schema trigrams to public",
        "alter extension pg_trgm set schema public",
    ],
    "histories are append-only, also for their owner": [
        "drop trigger append_only on school.lead_audit_events",
        "alter table school.notification_events disable trigger append_only",
        "drop trigger goes_in_its_time on school.attendance_history",
        "alter table school.lead_audit_events disable trigger goes_in_its_time",
        (
            "create or replace trigger goes_in_its_time after delete on school.lead_audit_events"
            " referencing old table as gone for each statement"
            " execute function school.guard_kept_history('attendance_history')"
        ),
    ],
}


@pytest.mark.promise("mutants")
@pytest.mark.parametrize("rule", BREAKS)
def test_a_broken_rule_of_the_catalog_is_noticed(db: Database, rule: str) -> None:
    before = broken(db, rule)
    assert before == []
    for statement in BREAKS[rule]:
        with db.transaction(force_rollback=True):
            db.execute(statement)
            assert broken(db, rule) != [], statement


def test_a_function_that_takes_its_owners_rights_is_noticed(db: Database) -> None:
    before = definers(db)
    with db.transaction(force_rollback=True):
        db.execute("alter function api.list_leads security definer")
        assert definers(db) - before == {"api.list_leads"}
    assert "api.list_leads" not in DEFINERS
