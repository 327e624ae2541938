-- The right to execute a function is the right to call the operation of its name. One operation is none of schema api:
-- the password is compared and hashed outside of the database.
create or replace function school.operations_of(p_role text)
returns text[]
language sql
stable
security invoker
set search_path = ''
as $$
  select array_agg(o.name order by o.name collate "C")
  from (
    select school.wire_name(p.proname)
    from pg_catalog.pg_proc as p
    where p.pronamespace = 'api'::regnamespace
      and has_function_privilege('school_' || p_role, p.oid, 'execute')
    union all
    select 'changePassword'
  ) as o (name);
$$;
comment on function school.operations_of(text) is
  'The operations that people of a role may call, as the OpenAPI document names them.';
