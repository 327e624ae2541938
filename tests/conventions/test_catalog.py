"""Conventions that hold by the catalog, so that no document has to.

A rule is a sentence and a query for what breaks it; ``broken(db, rule)`` answers one line for each
offence. tests/conventions/test_mutation.py breaks rules on purpose and looks for the line.
"""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg import sql

from api.database import migrations
from api.database.checkout import SQL, code_files
from api.http.routes import ROUTES
from api.problems import PROBLEMS

Database = psycopg.Connection[Any]

# What a rule as written cannot be asked of, each with the reason.
EXCEPTIONS: dict[str, dict[str, str]] = {
    "a call in a policy that does not depend on the row is wrapped in a select": {
        "insert_admin on school.users": "auth.may_manage(role) judges the row's own role",
        "update_admin on school.users": "auth.may_manage(role) judges the row's own role",
    },
    "a column that a policy looks at leads an index": {
        "select_staff on school.leads: deleted_at": "a remark beside the key owner_id",
        "select_teacher on school.leads: deleted_at": "a remark beside the key",
        "update_staff on school.leads: deleted_at": "a remark beside the key owner_id",
        "select_staff on school.users: deleted_at": "a remark beside the keys id and role",
        "select_teacher on school.users: deleted_at": "a remark beside the key id",
        "select_student on school.users: deleted_at": "a remark beside the key id",
        "select_staff on school.lead_notes: lead_is_live": "a remark beside the key lead_owner_id",
        "select_teacher on school.lead_notes: lead_is_live": "a remark beside the key",
        "select_staff on school.lead_tags: lead_is_live": "a remark beside the key lead_owner_id",
        "select_teacher on school.lead_tags: lead_is_live": "a remark beside the key",
    },
    "every function states an empty search_path": {
        "auth.setting(text)": "inlined, which a setting of its own would forbid",
        "school.clock()": "inlined, which a setting of its own would forbid",
        "school.hhmm(time without time zone)": "inlined, which a setting of its own would forbid",
        "school.is_one_of(anycompatible,anycompatiblearray)": (
            "inlined, which a setting of its own would forbid"
        ),
        "school.weekday_name(integer)": "inlined, which a setting of its own would forbid",
        "school.class_name(text,integer,time without time zone)": "inlined, as those it calls",
        "school.wire_name(text)": "inlined, which a setting of its own would forbid",
    },
    "a clock beside a column is a scalar sub-select": {
        "jobs.bury_mails": "deliveries that are waiting are few",
        "jobs.claim_mails": "deliveries that are waiting are few",
        "jobs.claim_webhooks": "deliveries that are waiting are few",
    },
    "no dynamic SQL": {
        "auth.explain_from_console": "memberships are granted by utility commands",
        "auth.grant_sql": "roles are made by utility commands, which take no parameters",
        "auth.guard_read_only": "the trigger is put on every table there is, by name",
        "auth.revoke_sql": "roles are dropped by utility commands, which take no parameters",
        "school.holding_policies": "conditions of policies are the catalog's text, and stand there",
        "school.holds_row": "the relation is one of the catalog's",
    },
}


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def schema_of(path: Path) -> str:
    """Return the schema in whose folder a file of the code layer lies, below whichever theme."""
    return path.relative_to(SQL).parts[1]


# Functions that run with the owner's rights, by what their files say.
DEFINERS = {
    f"{schema_of(path)}.{path.stem}"
    for path in code_files()
    if re.search(r"^-- definer: \w", text_of(path).partition("create ")[0], re.MULTILINE)
}

LOGINS: LiteralString = "('school_gateway', 'school_sender')"
OURS: LiteralString = "('school', 'auth', 'jobs', 'api', 'analytics')"
KEEPING: LiteralString = "('school', 'auth', 'jobs')"

GRANTS: LiteralString = f"""
grants as (
  select 'table ' || c.oid::regclass::text as thing, a.*
  from pg_catalog.pg_class as c
  cross join lateral aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) as a
  where c.relkind in ('r', 'p', 'v', 'm', 'f') and c.relnamespace::regnamespace::text in {OURS}
    and a.grantee <> c.relowner
  union all
  select 'sequence ' || c.oid::regclass::text, a.*
  from pg_catalog.pg_class as c
  cross join lateral aclexplode(coalesce(c.relacl, acldefault('s', c.relowner))) as a
  where c.relkind = 'S' and c.relnamespace::regnamespace::text in {OURS}
    and a.grantee <> c.relowner
  union all
  select format('column %s.%s', c.oid::regclass, t.attname), a.*
  from pg_catalog.pg_class as c
  join pg_catalog.pg_attribute as t on t.attrelid = c.oid
  cross join lateral aclexplode(t.attacl) as a
  where c.relnamespace::regnamespace::text in {OURS} and a.grantee <> c.relowner
  union all
  select 'function ' || p.oid::regprocedure::text, a.*
  from pg_catalog.pg_proc as p
  cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a
  where p.pronamespace::regnamespace::text in {OURS} and a.grantee <> p.proowner
  union all
  select 'schema ' || n.nspname, a.*
  from pg_catalog.pg_namespace as n
  cross join lateral aclexplode(n.nspacl) as a
  where n.nspname in {OURS} and a.grantee <> n.nspowner
)
"""

POLICIES: LiteralString = f"""
policies as (
  select
    p.*,
    format('%s on %s', p.polname, p.polrelid::regclass) as thing,
    pg_get_expr(p.polqual, p.polrelid) as using_text,
    pg_get_expr(p.polwithcheck, p.polrelid) as check_text
  from pg_catalog.pg_policy as p
  join pg_catalog.pg_class as c on c.oid = p.polrelid
  where c.relnamespace::regnamespace::text in {KEEPING}
    and p.polroles <> array['school_owner'::regrole::oid]
)
"""

RULES: dict[str, LiteralString] = {
    "every table has row security enabled and forced": f"""
        select c.oid::regclass::text from pg_catalog.pg_class as c
        where c.relkind in ('r', 'p') and c.relnamespace::regnamespace::text in {OURS}
          and not (c.relrowsecurity and c.relforcerowsecurity)""",
    "everything belongs to school_owner": f"""
        select 'relation ' || c.oid::regclass::text from pg_catalog.pg_class as c
        where c.relnamespace::regnamespace::text in {OURS}
          and c.relowner <> 'school_owner'::regrole
        union all
        select 'function ' || p.oid::regprocedure::text from pg_catalog.pg_proc as p
        where p.pronamespace::regnamespace::text in {OURS}
          and p.proowner <> 'school_owner'::regrole
        union all
        select 'type ' || t.oid::regtype::text from pg_catalog.pg_type as t
        where t.typnamespace::regnamespace::text in {OURS}
          and t.typowner <> 'school_owner'::regrole
        union all
        select 'schema ' || n.nspname from pg_catalog.pg_namespace as n
        where n.nspname in {OURS} and n.nspowner <> 'school_owner'::regrole""",
    "PUBLIC has nothing of ours": f"""
        with {GRANTS} select thing || ' ' || privilege_type from grants where grantee = 0""",
    "nobody makes things in our schemas or temporary ones": """
        select format('%s may %s in %s', r.rolname, w.privilege, n.nspname)
        from pg_catalog.pg_roles as r
        cross join pg_catalog.pg_namespace as n
        cross join (values ('create')) as w (privilege)
        where r.rolname ~ '^school_' and r.rolname <> 'school_owner'
          and n.nspname in ('school', 'auth', 'jobs', 'api', 'analytics', 'trigrams', 'public')
          and has_schema_privilege(r.oid, n.oid, w.privilege)
        union all
        select format('%s may %s', r.rolname, w.privilege)
        from pg_catalog.pg_roles as r
        cross join (values ('create'), ('temporary')) as w (privilege)
        where r.rolname ~ '^school_' and r.rolname <> 'school_owner'
          and has_database_privilege(r.oid, current_database(), w.privilege)
        union all
        select 'PUBLIC may ' || a.privilege_type
        from pg_catalog.pg_database as d
        cross join lateral aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) as a
        where d.datname = current_database() and a.grantee = 0 and a.privilege_type <> 'CONNECT'
        """,
    "every function states an empty search_path": f"""
        select p.oid::regprocedure::text from pg_catalog.pg_proc as p
        where p.pronamespace::regnamespace::text in {OURS}
          and not coalesce(p.proconfig, '{{}}') && array['search_path=""', 'search_path=']""",
    "our roles have no power beyond their grants": f"""
        select r.rolname::text from pg_catalog.pg_roles as r
        where r.rolname ~ '^school_'
          and (r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb
            or r.rolreplication or (r.rolcanlogin and r.rolname not in {LOGINS})
            or (r.rolinherit and r.rolname in {LOGINS}))""",
    "INSERT and UPDATE are granted by column": f"""
        with {GRANTS} select thing || ' ' || privilege_type from grants
        where privilege_type in ('INSERT', 'UPDATE') and thing like 'table %'""",
    "nobody but the owner has more of a table than its columns": f"""
        with {GRANTS} select format('%s %s to %s', thing, privilege_type, grantee::regrole)
        from grants
        where privilege_type not in ('SELECT', 'INSERT', 'UPDATE', 'EXECUTE', 'USAGE')""",
    "nobody chooses or changes an id": f"""
        with {GRANTS} select format('%s %s to %s', thing, privilege_type, grantee::regrole)
        from grants
        where privilege_type in ('INSERT', 'UPDATE') and thing ~ '^column .*\\.id$'""",
    "nothing waits for an advisory lock": f"""
        select p.oid::regprocedure::text from pg_catalog.pg_proc as p
        where p.pronamespace::regnamespace::text in {OURS}
          and p.prosrc ~* 'advisory'""",
    "no grant may be handed on": f"""
        with {GRANTS} select thing || ' ' || privilege_type from grants where is_grantable""",
    "who is nobody reads no table": f"""
        with {GRANTS} select format('%s %s to %s', thing, privilege_type, grantee::regrole)
        from grants
        where grantee::regrole::text
            in ('school_gateway', 'school_sender', 'school_anonymous')
          and thing !~ '^(function|schema) '""",
    "one permissive policy per table, command and role": f"""
        with {POLICIES}
        select format('%s: %s to %s', p.polrelid::regclass, c.command, r.rolname)
        from policies as p
        cross join lateral unnest(p.polroles) as g
        join pg_catalog.pg_roles as r on r.rolname ~ '^school_' and r.rolname <> 'school_owner'
          and case when g = 0 then true else pg_has_role(r.oid, g, 'usage') end
        join (values ('r'), ('a'), ('w'), ('d')) as c (command)
          on p.polcmd::text in ('*', c.command)
        where p.polpermissive
        group by p.polrelid, c.command, r.rolname
        having count(*) > 1""",
    "a policy names its roles": f"""
        with {POLICIES} select thing from policies where 0 = any (polroles)""",
    "UPDATE policies have using and with check": f"""
        with {POLICIES} select thing from policies
        where polcmd in ('w', '*') and (using_text is null or check_text is null)""",
    "no policy but the owner's lets everything be written": f"""
        with {POLICIES} select thing from policies
        where polcmd <> 'r' and 'true' in (using_text, check_text)""",
    "only jobs see every row, and analysts while they are nobody": f"""
        with {POLICIES} select thing from policies
        where (polcmd = 'r' and using_text = 'true'
            and polroles <> array['school_jobs'::regrole::oid])
          or ('school_analyst'::regrole = any (polroles)
            and (using_text !~
                '^\\(\\(? SELECT auth.is_nobody\\(\\) AS is_nobody\\)( AND .*\\))?$'
              or polroles <> array['school_analyst'::regrole::oid]))""",
    "a policy by which people read says in words what it shows": f"""
        with {POLICIES} select thing from policies
        where polcmd in ('r', '*')
          and coalesce(obj_description(oid, 'pg_policy'), '') !~ '^[A-Z].+\\w\\.$'""",
    "a call in a policy that does not depend on the row is wrapped in a select": f"""
        with {POLICIES}
        select distinct p.thing
        from policies as p
        cross join lateral (values (p.using_text), (p.check_text)) as e (expression)
        where regexp_replace(e.expression, 'SELECT \\(*(auth|school)\\.\\w+\\(', '', 'g')
          ~ '(auth|school)\\.\\w+\\('""",
    "a policy does not read its own table": f"""
        with {POLICIES}
        select p.thing
        from policies as p
        where concat_ws(' ', p.using_text, p.check_text)
          ~ ('(FROM|JOIN) ' || p.polrelid::regclass::text || '\\M')""",
    "a column that a policy looks at leads an index": f"""
        with {POLICIES}
        select distinct format('%s: %s', p.thing, a.attname)
        from policies as p
        join pg_catalog.pg_depend as d on d.classid = 'pg_catalog.pg_policy'::regclass
          and d.objid = p.oid and d.refobjid = p.polrelid and d.refobjsubid > 0
        join pg_catalog.pg_attribute as a
          on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
        where p.polcmd <> 'a'
          and not exists (
            select from pg_catalog.pg_index as i
            where i.indrelid = p.polrelid and i.indkey[0] = a.attnum)""",
    "no index and no statistics hold a personal column as it is": f"""
        select format('%s: %s', i.indexrelid::regclass, a.attname)
        from pg_catalog.pg_index as i
        join pg_catalog.pg_attribute as a on a.attrelid = i.indrelid
          and a.attnum = any (i.indkey) and a.attstattarget = 0
        union all
        select format('%s: statistics of column %s', i.indexrelid::regclass, x.attnum)
        from pg_catalog.pg_index as i
        join pg_catalog.pg_class as c on c.oid = i.indrelid
          and c.relnamespace::regnamespace::text in {KEEPING}
        join pg_catalog.pg_attribute as x on x.attrelid = i.indexrelid
          and i.indkey[x.attnum - 1] = 0 and x.attstattarget is distinct from 0
        where exists (
          select from pg_catalog.pg_attribute as a
          where a.attrelid = i.indrelid and a.attstattarget = 0 and pg_get_indexdef(
            i.indexrelid, x.attnum::integer, false) ~ ('\\m' || a.attname || '\\M'))
        union all
        select format('%s: its statistics are there', a.attrelid::regclass || '.' || a.attname)
        from pg_catalog.pg_attribute as a
        join pg_catalog.pg_statistic as s on s.starelid = a.attrelid and s.staattnum = a.attnum
        where a.attstattarget = 0""",
    "every view is security_invoker": f"""
        select c.oid::regclass::text from pg_catalog.pg_class as c
        where c.relkind = 'v' and c.relnamespace::regnamespace::text in {OURS}
          and not coalesce(c.reloptions, '{{}}') @> array['security_invoker=true']""",
    "no materialized views": """
        select c.oid::regclass::text from pg_catalog.pg_class as c where c.relkind = 'm'""",
    "a foreign key states what a delete does": f"""
        select format('%s %s', k.conrelid::regclass, k.conname) from pg_catalog.pg_constraint as k
        where k.contype = 'f' and k.connamespace::regnamespace::text in {OURS}
          and k.confdeltype = 'a'""",
    "a foreign key is indexed by its leading columns": f"""
        select format('%s %s', k.conrelid::regclass, k.conname) from pg_catalog.pg_constraint as k
        where k.contype = 'f' and k.connamespace::regnamespace::text in {OURS}
          and not exists (
            select
            from pg_catalog.pg_index as i
            where i.indrelid = k.conrelid
              and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey
              and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) ~ '^\\(\\w+ IS NOT NULL\\)$'))
          -- Of a key whose first column is enough to find the parent, the first column is enough to find the rows, too.
          and not exists (
            select
            from pg_catalog.pg_index as i
            join pg_catalog.pg_index as pi
              on pi.indrelid = k.confrelid
              and pi.indisunique
              and pi.indpred is null
              and pi.indnatts = 1
              and pi.indkey[0] = k.confkey[1]
            where i.indrelid = k.conrelid
              and i.indpred is null
              and i.indkey[0] = k.conkey[1])
        """,  # noqa: E501
    "parameters begin with p_": f"""
        select p.oid::regprocedure::text || ' ' || n.name
        from pg_catalog.pg_proc as p
        cross join lateral unnest(p.proargnames, p.proargmodes) as n (name, mode)
        where p.pronamespace::regnamespace::text in {OURS}
          and coalesce(n.mode, 'i') in ('i', 'b', 'v') and n.name !~ '^p_[a-z0-9_]+$'
        union all
        select p.oid::regprocedure::text from pg_catalog.pg_proc as p
        where p.pronamespace::regnamespace::text in {OURS}
          and p.pronargs > 0 and p.proargnames is null""",
    "every api function says what it does and is granted to somebody": """
        select p.oid::regprocedure::text
        from pg_catalog.pg_proc as p
        where p.pronamespace = 'api'::regnamespace
          and (coalesce(obj_description(p.oid, 'pg_proc'), '') !~ '^[A-Z].*\\.'
            or p.proacl is null or cardinality(p.proacl) < 2)""",
    "every wire and reporting view says what it is and is granted to somebody": """
        select c.oid::regclass::text
        from pg_catalog.pg_class as c
        where c.relnamespace::regnamespace::text in ('api', 'analytics') and c.relkind = 'v'
          and (obj_description(c.oid, 'pg_class') is null or c.relacl is null
            or cardinality(c.relacl) < 2)""",
    "every reporting view is read by everybody who has a login": """
        select format('%s: %s', c.oid::regclass, r.name)
        from pg_catalog.pg_class as c
        cross join (values ('super_admin'), ('admin'), ('staff'), ('teacher'), ('student'),
          ('analyst')) as r (name)
        where c.relnamespace = 'analytics'::regnamespace
          and not has_table_privilege('school_' || r.name, c.oid, 'select')""",
    "every reporting view says what it is, of each column, and who sees what": """
        select c.oid::regclass::text
        from pg_catalog.pg_class as c
        where c.relnamespace = 'analytics'::regnamespace
          and coalesce(obj_description(c.oid, 'pg_class'), '')
            !~ '^[A-Z][^\\n]*\\.\\nWho sees what: [^\\n]*\\.$'
        union all
        select format('%s.%s', c.oid::regclass, a.attname)
        from pg_catalog.pg_class as c
        join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0
        where c.relnamespace = 'analytics'::regnamespace
          and coalesce(col_description(c.oid, a.attnum), '') !~ '\\.$'""",
    "no reporting view tells how to reach a person, or the name of another than a colleague": """
        select format('%s.%s', c.oid::regclass, a.attname)
        from pg_catalog.pg_class as c
        join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0
        where c.relnamespace = 'analytics'::regnamespace
          and (a.attname ~* 'phone|mail|address|guardian|card|note|search'
            or (a.attname ~* 'name' and c.relname <> 'people'))""",
    "histories are append-only, also for their owner": """
        select t.name
        from (values ('school.lead_audit_events'), ('school.notification_events'),
          ('school.attendance_history'), ('school.admission_payment_history')) as t (name)
        where not exists (
          select from pg_catalog.pg_trigger as g
          where g.tgrelid = t.name::regclass and g.tgfoid = 'school.guard_history()'::regprocedure
            and g.tgenabled = 'O' and g.tgtype & 58 = 58)
        or not exists (
          select from pg_catalog.pg_trigger as g
          join jobs.retention as k
            on k.kind = encode(substring(g.tgargs for length(g.tgargs) - 1), 'escape')
          where g.tgrelid = t.name::regclass
            and g.tgfoid = 'school.guard_kept_history()'::regprocedure
            and g.tgenabled = 'O' and g.tgtype & 27 = 8 and g.tgoldtable = 'gone'
            and t.name in ('school.' || k.kind, 'school.' || k.kind || 's'))""",
    "no constraint bears a generated name": f"""
        select format('%s %s', k.conrelid::regclass, k.conname) from pg_catalog.pg_constraint as k
        where k.contype = 'c' and k.conrelid <> 0
          and k.connamespace::regnamespace::text in {OURS} and k.conname ~ '_check\\d*$'
          and k.conrelid <> 'auth.code_layer'::regclass""",
    "every table asks whether who writes only reads": f"""
        select c.oid::regclass::text
        from pg_catalog.pg_class as c
        where c.relkind in ('r', 'p') and c.relnamespace::regnamespace::text in {OURS}
          and not exists (
            select from pg_catalog.pg_trigger as g
            where g.tgrelid = c.oid and g.tgfoid = 'auth.guard_read_only()'::regprocedure
              and g.tgenabled = 'O' and g.tgtype & 63 = 62)""",
    "nobody connects but who was let in": """
        select a.grantee::regrole::text
        from pg_catalog.pg_database as d
        cross join lateral aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) as a
        where d.datname = current_database() and a.privilege_type = 'CONNECT'
          and a.grantee::regrole::text not in ('school_gateway', 'school_sender', 'school_jobs')
          and a.grantee <> d.datdba""",
    "nobody writes large objects": """
        select p.oid::regprocedure::text
        from pg_catalog.pg_proc as p
        cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a
        where p.pronamespace = 'pg_catalog'::regnamespace and a.grantee = 0
          and p.proname ~ '^(lo_creat|lo_create|lo_from|lo_import|lo_put|lo_trunc|lowrite)'""",
    "nobody reaches what an extension of ours brought": """
        select format('%s %s', n.nspname, a.privilege_type)
        from pg_catalog.pg_namespace as n
        cross join lateral aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) as a
        where n.nspname = 'trigrams' and a.grantee <> 'school_owner'::regrole
        union all
        select format('%s lies in %s', e.extname, e.extnamespace::regnamespace)
        from pg_catalog.pg_extension as e
        where e.extname = 'pg_trgm' and e.extnamespace::regnamespace::text <> 'trigrams'""",
    "no enum types": f"""
        select t.oid::regtype::text from pg_catalog.pg_type as t
        where t.typtype = 'e' and t.typnamespace::regnamespace::text in {OURS}""",
}


def broken(db: Database, rule: str) -> list[str]:
    """Return a line for each thing that breaks the rule, known exceptions left out."""
    exceptions = EXCEPTIONS.get(rule, {})
    return sorted(line for (line,) in db.execute(RULES[rule]) if line not in exceptions)


def definers(db: Database) -> set[str]:
    """Return the functions that run with the rights of their owner."""
    return {
        name
        for (name,) in db.execute(
            "select format('%s.%s', p.pronamespace::regnamespace, p.proname)"
            f" from pg_catalog.pg_proc as p where p.pronamespace::regnamespace::text in {OURS}"
            " and p.prosecdef"
        )
    }


def without_comments(text: str) -> str:
    return re.sub(r"--[^\n]*", "", text)


FUNCTION = re.compile(r"^create (?:or replace )?function (\w+)\.(\w+)\s*\(", re.MULTILINE)
ATTRIBUTES = (
    r"^returns ",
    r"^language (sql|plpgsql)$",
    r"^(volatile|stable|immutable)$",
    r"^security (invoker|definer)$",
    r"^set search_path = ''$",
)
VIEW = re.compile(r"^create view (\w+)\.(\w+)$", re.MULTILINE)


def files(folder: str) -> list[Path]:
    return [path for path in code_files() if path.is_relative_to(SQL / folder)]


def test_every_rule_of_the_catalog_holds(empty_conninfo: str) -> None:
    """On a database migrated in place: a copy of a template loses the rights on the database."""
    migrations.migrate(empty_conninfo, lambda line: None)
    with psycopg.connect(empty_conninfo, autocommit=True) as migrated:
        offences = {rule: lines for rule in RULES if (lines := broken(migrated, rule))}
    assert offences == {}


def test_a_database_that_was_copied_gets_its_rights_back_when_migrated(
    db: Database, conninfo: Callable[..., str]
) -> None:
    """Who may make temporary types can have the owner's functions run theirs."""
    rule = "nobody makes things in our schemas or temporary ones"
    name = sql.Identifier(db.info.dbname)
    assert broken(db, rule) == []
    db.execute(sql.SQL("grant temporary on database {} to public").format(name))
    assert broken(db, rule) != []
    with pytest.raises(psycopg.Error, match="temporary objects"):
        db.execute("select auth.grant_sql('sam@school.test', 'sam_direct')")
    migrations.migrate(conninfo(), lambda line: None)
    assert broken(db, rule) == []


def test_no_sql_of_the_processes_waits_for_an_advisory_lock() -> None:
    """Any login can take an advisory lock, and hold it."""
    own = [*(SQL.parent / "api").rglob("*.py"), *SQL.rglob("*.sql")]
    assert len(own) > 100
    assert [path.name for path in own if "advisory" in text_of(path).lower()] == []


def test_every_exception_is_still_needed(db: Database) -> None:
    for rule, exceptions in EXCEPTIONS.items():
        if rule in RULES:
            found = {line for (line,) in db.execute(RULES[rule])}
            assert exceptions.keys() <= found, rule


def test_functions_that_run_with_the_owners_rights_are_those_whose_files_say_so(
    db: Database,
) -> None:
    assert definers(db) == DEFINERS


def test_every_definer_function_states_its_reason_above_itself() -> None:
    unstated = []
    for path in files("functions"):
        text = text_of(path)
        head = text.partition("create ")[0]
        is_definer = "\nsecurity definer\n" in text
        if is_definer != bool(re.search(r"^-- definer: \w", head, re.MULTILINE)):
            unstated.append(path.name)
    assert unstated == []


def test_roles_are_members_of_each_other_as_designed(db: Database) -> None:
    rows = db.execute(
        "select m.roleid::regrole::text, m.member::regrole::text"
        " from pg_catalog.pg_auth_members as m"
        " where m.roleid::regrole::text ~ '^school_' and m.member::regrole::text ~ '^school_'"
    ).fetchall()
    entered = {"super_admin", "admin", "staff", "teacher", "student", "anonymous"}
    assert set(rows) == {("school_admin", "school_super_admin")} | {
        (f"school_{role}", "school_gateway") for role in entered
    }


def test_functions_and_views_live_one_to_a_file_named_after_them(db: Database) -> None:
    wrong = []
    found: set[tuple[str, str]] = set()
    for folder, pattern in (("functions", FUNCTION), ("views", VIEW)):
        for path in files(folder):
            made = pattern.findall(text_of(path))
            found.update(made)
            if made != [(schema_of(path), path.stem)]:
                wrong.append(f"{path.name}: {made}")
    assert wrong == []
    rows = db.execute(
        "select p.pronamespace::regnamespace::text, p.proname::text from pg_catalog.pg_proc as p"
        f" where p.pronamespace::regnamespace::text in {OURS}"
        " union all select c.relnamespace::regnamespace::text, c.relname::text"
        f" from pg_catalog.pg_class as c where c.relnamespace::regnamespace::text in {OURS}"
        " and c.relkind = 'v'"
    ).fetchall()
    assert Counter(rows) == Counter(found)


def test_every_table_has_a_policy_file_of_its_own(db: Database) -> None:
    tables = set(
        db.execute(
            "select c.relnamespace::regnamespace::text, c.relname::text"
            " from pg_catalog.pg_class as c where c.relkind in ('r', 'p')"
            f" and c.relnamespace::regnamespace::text in {KEEPING}"
        ).fetchall()
    )
    filed = [path for path in files("policies") if path.name != "schemas.sql"]
    assert {(schema_of(path), path.stem) for path in filed} == tables


def test_functions_live_in_rooms_by_theme() -> None:
    """A room that holds more than forty is two."""
    rooms = Counter(path.parent.relative_to(SQL).as_posix() for path in files("functions"))
    assert [room for room, held in rooms.items() if held > 40] == []


def test_attributes_of_functions_are_stated_never_defaulted() -> None:
    lacking = []
    inlined = {
        name.partition("(")[0] for name in EXCEPTIONS["every function states an empty search_path"]
    }
    for path in files("functions"):
        text = text_of(path)
        head = text[FUNCTION.search(text).start() : text.index("as $")]  # type: ignore[union-attr]
        lacking += [
            f"{path.name}: {attribute}"
            for attribute in ATTRIBUTES
            if not re.search(attribute, head, re.MULTILINE)
            and not (attribute == ATTRIBUTES[-1] and f"{schema_of(path)}.{path.stem}" in inlined)
        ]
    assert lacking == []


CLOCK_BESIDE_A_COLUMN = re.compile(
    r"\b[a-z]{1,3}\.\w+\)?\s*(?:<=|>=|<>|<|>|=|[-+])\s*school\.(?:today|clock|local_now)\(\)"
)


def test_a_clock_beside_a_column_is_read_once_for_all_rows() -> None:
    """A plan that serves every call does not know the clock, and would ask it for each row."""
    exceptions = EXCEPTIONS["a clock beside a column is a scalar sub-select"]
    asking = {
        f"{schema_of(path)}.{path.stem}"
        for path in code_files()
        if CLOCK_BESIDE_A_COLUMN.search(without_comments(text_of(path)))
    }
    assert asking == exceptions.keys()
    assert CLOCK_BESIDE_A_COLUMN.search("where b.class_date < school.today()")


def test_a_wire_view_and_its_page_are_no_more_tables_than_postgresql_orders_together() -> None:
    """Beyond join_collapse_limit (8) a view is read whole before the page's ids are asked for."""
    views = [p for p in files("views") if schema_of(p) == "api" or p.stem == "lead_line"]
    tables = {
        path.stem: len(re.findall(r"^(?:from|(?:left |cross )?join) ", text_of(path), re.MULTILINE))
        for path in views
    }
    assert max(tables.values()) > 4
    assert {view: count for view, count in tables.items() if count > 7} == {}


def test_no_function_builds_sql_or_swallows_errors() -> None:
    exceptions = EXCEPTIONS["no dynamic SQL"]
    building = {
        f"{schema_of(path)}.{path.stem}"
        for path in files("functions")
        if re.search(
            r"(?<!grant )(?<!revoke )\bexecute\b(?! function\b| on\b)",
            re.sub(r"'[^']*'", "''", without_comments(text_of(path))),
        )
    }
    assert building == exceptions.keys()
    swallowing = [p.name for p in code_files() if re.search(r"when\s+others", text_of(p))]
    assert swallowing == []


@pytest.mark.parametrize(
    "pattern",
    [
        r"school\.fail\(\s*'([a-z_]+)'",
        r"school\.problem\(\s*'([a-z_]+)'",
        r"slot_conflict\(\s*'([a-z_]+)'",
        r"'code',\s*'([a-z_]+)'",
    ],
)
def test_every_code_that_sql_raises_is_of_the_contract(pattern: str) -> None:
    raised = {code for path in code_files() for code in re.findall(pattern, text_of(path))}
    assert raised
    assert raised - PROBLEMS.keys() == set()


def test_every_route_has_its_function_and_every_function_a_route(db: Database) -> None:
    functions = dict(
        db.execute(
            "select p.proname::text, p.provolatile::text from pg_catalog.pg_proc as p"
            " where p.pronamespace = 'api'::regnamespace"
        ).fetchall()
    )
    routed = {route.function for route in ROUTES if not route.password}
    assert functions.keys() == routed
    volatile = [r.path for r in ROUTES if r.method == "GET" and functions[r.function] == "v"]
    assert volatile == []


def test_a_scheduled_job_is_a_function_of_a_date(db: Database) -> None:
    missing = [
        name
        for (name,) in db.execute("select s.name from jobs.schedule as s")
        if db.execute(
            "select to_regprocedure(format('jobs.%%I(date)', %s::text))", (name,)
        ).fetchone()[0]  # type: ignore[index]
        is None
    ]
    assert missing == []


def test_only_the_gateway_and_the_console_reach_the_functions_of_auth(db: Database) -> None:
    """Whoever holds an application role reaches identity look-ups and their own keys, no more."""
    open_to_applications = {
        name
        for (name,) in db.execute(
            "select p.proname::text from pg_catalog.pg_proc as p"
            " cross join pg_catalog.pg_roles as r"
            " where p.pronamespace = 'auth'::regnamespace"
            " and r.rolname ~ '^school_' and r.rolname not in ('school_owner', 'school_gateway')"
            " and has_function_privilege(r.oid, p.oid, 'execute')"
        )
    }
    assert open_to_applications == {
        "claim_idempotency_key",
        "invite",
        "is_admin",
        "is_nobody",
        "is_super_admin",
        "keep_idempotent_answer",
        "may_manage",
        "release_idempotency_key",
        "role",
        "seen_as",
        "setting",
        "user_id",
        "user_id_as",
    }
