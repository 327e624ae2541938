-- The memberships that our roles need and lack, each as the GRANT that gives it: they belong to the cluster, and a dump
-- of roles or an upgrade to another major version may lose them. Runs as the migrating login.
with ours as (
  select r.rolname
  from pg_catalog.pg_roles as r
  where r.rolname in (
    'school_owner', 'school_super_admin', 'school_admin', 'school_staff', 'school_teacher', 'school_student',
    'school_anonymous', 'school_analyst', 'school_jobs', 'school_gateway', 'school_sender'
  )
),
myself as (
  select r.rolname, r.rolcreaterole
  from pg_catalog.pg_roles as r
  where r.rolname = session_user
    and not r.rolsuper
),
wanted as (
  select 'school_admin' as role, 'school_super_admin' as member, false as is_admin
  union all
  select o.rolname, 'school_gateway', false
  from ours as o
  where o.rolname ~ '_(super_admin|admin|staff|teacher|student|anonymous)$'
  union all
  select 'school_owner', m.rolname, false
  from myself as m
  union all
  -- Before PostgreSQL 16, CREATEROLE alone was enough to give a role to the logins of people.
  select o.rolname, m.rolname, true
  from ours as o
  cross join myself as m
  where m.rolcreaterole
    and current_setting('server_version_num')::integer >= 160000
)
select
  format('grant %I to %I', w.role, w.member) || case when bool_or(w.is_admin) then ' with admin option' else '' end
from wanted as w
join pg_catalog.pg_roles as r on r.rolname = w.role
join pg_catalog.pg_roles as m on m.rolname = w.member
where not pg_catalog.pg_has_role(m.oid, r.oid, case when w.is_admin then 'member with admin option' else 'member' end)
group by w.role, w.member
order by w.member, w.role
