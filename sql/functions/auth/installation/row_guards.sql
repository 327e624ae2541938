-- What keeps rows apart, in words that do not depend on numbers of objects: for each table whether row security is on
-- for everybody, and each policy. `status` runs this file's text, so the body stays one query without parameters.
create or replace function auth.row_guards()
returns table (kind text, name text, definition text)
language sql
stable
security invoker
set search_path = ''
as $$
  select
    'row security',
    c.oid::regclass::text,
    case when c.relrowsecurity and c.relforcerowsecurity then 'forced' when c.relrowsecurity then 'on' else 'off' end
  from pg_catalog.pg_class as c
  where c.relnamespace::regnamespace::text in ('school', 'auth', 'jobs', 'api', 'analytics')
    and c.relkind in ('r', 'p')
  union all
  select
    'policy',
    format('%I on %s', p.polname, p.polrelid::regclass),
    concat_ws(
      e'\n',
      p.polcmd,
      p.polpermissive,
      (
        select string_agg(w.name, ', ' order by w.name)
        from (
          select case when r.role = 0 then 'public' else r.role::regrole::text end as name
          from unnest(p.polroles) as r (role)
        ) as w
      ),
      coalesce(pg_catalog.pg_get_expr(p.polqual, p.polrelid), '-'),
      coalesce(pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid), '-')
    )
  from pg_catalog.pg_policy as p
  join pg_catalog.pg_class as c on c.oid = p.polrelid
  where c.relnamespace::regnamespace::text in ('school', 'auth', 'jobs', 'api', 'analytics')
$$;
comment on function auth.row_guards() is
  'Row security of each table and each policy, to be compared with what was recorded.';
