-- As api.explain_access, for who runs the server: of a person by e-mail, and of the rows of any table with an id,
-- called as the wire or SQL does. Runs as the migrating login, which takes the person's role; one that is no superuser
-- grants itself that role, so the caller rolls back. Raises not_found, invalid_request.
create or replace function auth.explain_from_console(p_email text, p_table text, p_id uuid)
returns json
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_user school.users;
  v_table regclass;
  v_view regclass;
begin
  select *
  into v_user
  from school.users as u
  where u.email || '' = school.clean_email(p_email)
    and u.deleted_at is null;
  if v_user.id is null then
    perform school.fail('not_found', 'No user has this e-mail.');
  end if;
  with named as (
    select r.stored_in, r.shown_by, array['api.' || r.resource, r.resource] as names
    from school.resources() as r
    union all
    select r.stored_in, r.shown_by, array[r.stored_in::text, c.relname]
    from school.resources() as r
    join pg_catalog.pg_class as c on c.oid = r.stored_in
    union all
    select c.oid, null, array[c.oid::regclass::text, c.relname]
    from pg_catalog.pg_class as c
    join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attname = 'id' and a.atttypid = 'uuid'::regtype
    where c.relnamespace::regnamespace::text in ('school', 'jobs')
      and c.relkind in ('r', 'p')
  )
  select n.stored_in, n.shown_by into v_table, v_view from named as n where p_table = any (n.names) order by 2 limit 1;
  if v_table is null then
    perform school.fail('invalid_request', 'No table or resource with an id is called that.');
  end if;
  if not (select r.rolsuper from pg_catalog.pg_roles as r where r.rolname = session_user) then
    execute format('grant %I to %I', 'school_' || v_user.role, session_user);
  end if;
  return school.explain_access(v_user.id, v_table, v_view, p_id);
end;
$$;
comment on function auth.explain_from_console(text, text, uuid) is
  'Why a person sees a row, or does not, for the console.';
