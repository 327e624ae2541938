-- Every object of ours in words that depend neither on numbers of objects nor on the order in which rights were given,
-- so that a restored copy reads the same: kind, name, definition. Row security and policies: auth.row_guards().
-- Run with an empty search_path, which makes PostgreSQL write every name in full.
with
rooms as (
  select n.oid, n.nspname, n.nspowner, n.nspacl
  from pg_catalog.pg_namespace as n
  where n.nspname in ('school', 'auth', 'jobs', 'api', 'analytics', 'trigrams')
),
-- What lies in the schema trigrams is the extension's.
schemas as (
  select * from rooms where nspname <> 'trigrams'
),
relations as (
  select c.*, c.oid::regclass::text as name, s.nspname
  from pg_catalog.pg_class as c
  join schemas as s on s.oid = c.relnamespace
),
-- Rights of whoever is not the owner, one row per object and grantee.
given as (
  select 'right on relation' as kind, r.name, r.relowner as owner, a.*, null::name as column_name
  from relations as r
  cross join lateral pg_catalog.aclexplode(r.relacl) as a
  where r.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
  union all
  select 'right on relation', r.name, r.relowner, a.*, t.attname
  from relations as r
  join pg_catalog.pg_attribute as t on t.attrelid = r.oid
  cross join lateral pg_catalog.aclexplode(t.attacl) as a
  union all
  select 'right on function', p.oid::regprocedure::text, p.proowner, a.*, null
  from pg_catalog.pg_proc as p
  join schemas as s on s.oid = p.pronamespace
  cross join lateral pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) as a
  union all
  select 'right on type', t.oid::regtype::text, t.typowner, a.*, null
  from pg_catalog.pg_type as t
  join schemas as s on s.oid = t.typnamespace
  cross join lateral pg_catalog.aclexplode(coalesce(t.typacl, pg_catalog.acldefault('T', t.typowner))) as a
  where t.typtype = 'd'
  union all
  select 'right on schema', quote_ident(s.nspname), s.nspowner, a.*, null
  from rooms as s
  cross join lateral pg_catalog.aclexplode(s.nspacl) as a
  union all
  select 'right on database', 'database', d.datdba, a.*, null
  from pg_catalog.pg_database as d
  cross join lateral pg_catalog.aclexplode(coalesce(d.datacl, pg_catalog.acldefault('d', d.datdba))) as a
  where d.datname = pg_catalog.current_database()
    and (a.grantee = 0 or a.grantee::regrole::text ~ '^school_')
)
select
  g.kind,
  format('%s of %s', g.name, case when g.grantee = 0 then 'public' else g.grantee::regrole::text end),
  string_agg(
    concat_ws(' ', g.privilege_type, g.column_name, case when g.is_grantable then 'grantable' end),
    ', '
    order by g.privilege_type, g.column_name, g.is_grantable
  )
from given as g
where g.grantee <> g.owner
group by g.kind, g.name, g.grantee
union all
select 'schema', quote_ident(s.nspname), s.nspowner::regrole::text
from rooms as s
union all
select
  'table',
  r.name,
  concat_ws(
    ' ',
    r.relkind,
    r.relpersistence,
    r.relowner::regrole,
    pg_catalog.pg_get_expr(r.relpartbound, r.oid)
  )
from relations as r
where r.relkind in ('r', 'p', 'f', 'm', 'S')
union all
select
  'column',
  format('%s.%I', r.name, t.attname),
  concat_ws(
    ' ',
    pg_catalog.format_type(t.atttypid, t.atttypmod),
    case when t.attnotnull then 'not null' end,
    nullif(t.attidentity, ''),
    nullif(t.attgenerated, ''),
    (select l.collname from pg_catalog.pg_collation as l where l.oid = t.attcollation),
    'statistics ' || nullif(t.attstattarget, -1),
    'default ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid)
  )
from relations as r
join pg_catalog.pg_attribute as t on t.attrelid = r.oid and t.attnum > 0 and not t.attisdropped
left join pg_catalog.pg_attrdef as d on d.adrelid = r.oid and d.adnum = t.attnum
where r.relkind in ('r', 'p', 'f')
union all
-- A foreign key is kept by triggers of its own, which can be switched off.
select
  'constraint',
  format('%I on %s', k.conname, r.name),
  concat_ws(
    ' ',
    pg_catalog.pg_get_constraintdef(k.oid),
    case when not k.convalidated then 'not validated' end,
    (
      select string_agg(distinct 'trigger ' || t.tgenabled::text, ', ')
      from pg_catalog.pg_trigger as t
      where t.tgconstraint = k.oid
        and t.tgenabled <> 'O'
    )
  )
from pg_catalog.pg_constraint as k
join relations as r on r.oid = k.conrelid
where k.contype <> 'n'
union all
select
  'index',
  i.indexrelid::regclass::text,
  concat_ws(' ', pg_catalog.pg_get_indexdef(i.indexrelid), case when not i.indisvalid then 'invalid' end)
from pg_catalog.pg_index as i
join relations as r on r.oid = i.indrelid
union all
select 'statistics', format('%I.%I', s.nspname, e.stxname), pg_catalog.pg_get_statisticsobjdef(e.oid)
from pg_catalog.pg_statistic_ext as e
join schemas as s on s.oid = e.stxnamespace
union all
select 'trigger', format('%I on %s', t.tgname, r.name), pg_catalog.pg_get_triggerdef(t.oid) || ' ' || t.tgenabled::text
from pg_catalog.pg_trigger as t
join relations as r on r.oid = t.tgrelid
where not t.tgisinternal
union all
select 'rule', format('%I on %s', w.rulename, r.name), pg_catalog.pg_get_ruledef(w.oid) || ' ' || w.ev_enabled::text
from pg_catalog.pg_rewrite as w
join relations as r on r.oid = w.ev_class
where w.rulename <> '_RETURN'
union all
select
  'function',
  p.oid::regprocedure::text,
  concat_ws(
    ' ',
    p.proowner::regrole,
    case when p.prokind in ('f', 'p') then pg_catalog.pg_get_functiondef(p.oid) else p.prokind::text end
  )
from pg_catalog.pg_proc as p
join schemas as s on s.oid = p.pronamespace
union all
select
  'view',
  r.name,
  concat_ws(' ', r.relowner::regrole, array_to_string(r.reloptions, ','), pg_catalog.pg_get_viewdef(r.oid))
from relations as r
where r.relkind = 'v'
union all
select
  'type',
  t.oid::regtype::text,
  concat_ws(
    ' ',
    t.typowner::regrole,
    t.typtype,
    pg_catalog.format_type(nullif(t.typbasetype, 0), t.typtypmod),
    case when t.typnotnull then 'not null' end,
    t.typdefault,
    (
      select string_agg(k.conname || ' ' || pg_catalog.pg_get_constraintdef(k.oid), ', ' order by k.conname)
      from pg_catalog.pg_constraint as k
      where k.contypid = t.oid
        and k.contype <> 'n'
    ),
    (
      select string_agg(a.attname || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod), ', ' order by a.attnum)
      from pg_catalog.pg_attribute as a
      where a.attrelid = t.typrelid
        and a.attnum > 0
        and not a.attisdropped
    )
  )
from pg_catalog.pg_type as t
join schemas as s on s.oid = t.typnamespace
left join pg_catalog.pg_class as c on c.oid = t.typrelid
where t.typtype in ('d', 'e', 'r')
  or c.relkind = 'c'
union all
select
  'default right',
  concat_ws(
    ' ',
    d.defaclrole::regrole,
    d.defaclobjtype,
    'in ' || d.defaclnamespace::regnamespace::text
  ),
  (
    select string_agg(
      concat_ws(
        ' ',
        case when a.grantee = 0 then 'public' else a.grantee::regrole::text end,
        a.privilege_type,
        a.is_grantable
      ),
      ', '
      order by a.grantee::regrole::text, a.privilege_type
    )
    from pg_catalog.aclexplode(d.defaclacl) as a
  )
from (
  select e.defaclrole, e.defaclobjtype, nullif(e.defaclnamespace, 0) as defaclnamespace, e.defaclacl
  from pg_catalog.pg_default_acl as e
  where e.defaclrole::regrole::text ~ '^school_'
) as d
union all
-- school_jobs may log in where pg_cron runs the schedule.
select
  'role',
  r.rolname,
  concat_ws(
    ' ',
    case when r.rolsuper then 'superuser' end,
    case when r.rolbypassrls then 'bypassrls' end,
    case when r.rolcreaterole then 'createrole' end,
    case when r.rolcreatedb then 'createdb' end,
    case when r.rolreplication then 'replication' end,
    case when r.rolcanlogin and r.rolname <> 'school_jobs' then 'login' end,
    case when r.rolinherit then 'inherit' end
  )
from pg_catalog.pg_roles as r
where r.rolname ~ '^school_'
union all
-- Who of ours may act as whom, and who may act as the owner; logins of people come and go.
select
  'membership',
  format('%s in %s', m.member::regrole, m.roleid::regrole),
  string_agg(
    concat_ws(' ', m.admin_option, to_jsonb(m) ->> 'inherit_option', to_jsonb(m) ->> 'set_option'),
    ', '
    order by m.admin_option
  )
from pg_catalog.pg_auth_members as m
where m.member::regrole::text ~ '^school_'
  or m.roleid::regrole::text = 'school_owner'
group by m.member, m.roleid
union all
select 'extension', e.extname, 'installed'
from pg_catalog.pg_extension as e
