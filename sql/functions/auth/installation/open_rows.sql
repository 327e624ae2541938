-- What may open rows that are to be closed: a table without forced row security, a view that reads with its owner's
-- rights, a role of ours that goes past row security or may act as the owner, and a policy that is not as the last
-- migration left it. Policies are not compared with those that another major version of the server recorded.
-- definer: the gateway reads no table.
create or replace function auth.open_rows()
returns json
language sql
stable
security definer
set search_path = ''
as $$
  with found as (
    select g.kind, g.name, g.definition, encode(sha256(convert_to(g.definition, 'UTF8')), 'hex') as sha256
    from auth.row_guards() as g
  ),
  recorded as (
    select f.name, f.sha256
    from auth.catalog_fingerprint as f
    where f.kind = 'policy'
      and f.server_major = current_setting('server_version_num')::integer / 10000
  ),
  differing as (
    select format('row security on %s is %s', f.name, f.definition) as line
    from found as f
    where f.kind = 'row security'
      and f.definition <> 'forced'
    union all
    select format('view %s reads with the rights of its owner', c.oid::regclass)
    from pg_catalog.pg_class as c
    where c.relnamespace::regnamespace::text in ('school', 'auth', 'jobs', 'api', 'analytics')
      and c.relkind = 'v'
      and not coalesce(c.reloptions, '{}') @> array['security_invoker=true']
    union all
    select format('role %s goes past row security', r.rolname)
    from pg_catalog.pg_roles as r
    where r.rolname in (
        'school_owner', 'school_super_admin', 'school_admin', 'school_staff', 'school_teacher', 'school_student',
        'school_anonymous', 'school_analyst', 'school_jobs', 'school_gateway', 'school_sender'
      )
      and (
        r.rolsuper
        or r.rolbypassrls
        or (r.rolname <> 'school_owner' and pg_has_role(r.oid, 'school_owner', 'member'))
      )
    union all
    select format('policy %s is not as it was recorded', coalesce(f.name, r.name))
    from (select * from found where kind = 'policy') as f
    full join recorded as r on r.name = f.name
    where exists (select from recorded)
      and r.sha256 is distinct from f.sha256
  )
  select coalesce(json_agg(d.line order by d.line), '[]')
  from differing as d;
$$;
comment on function auth.open_rows() is
  'What may show rows to people who are not to see them, a line each; none when all is well.';
grant execute on function auth.open_rows() to school_gateway;
