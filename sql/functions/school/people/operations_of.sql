-- The right to execute a function is the right to call the operation of its name. One operation is none of schema api:
-- the password is compared and hashed outside of the database. Read from the lists of rights: to ask
-- has_function_privilege about each function takes three times as long.
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
      and exists (
        select
        from aclexplode(p.proacl) as g
        where g.privilege_type = 'EXECUTE'
          and g.grantee = any (array(
            select r.oid from pg_catalog.pg_roles as r where pg_has_role(('school_' || p_role)::name, r.oid, 'usage')
          ))
      )
    union all
    select 'changePassword'
  ) as o (name);
$$;
comment on function school.operations_of(text) is
  'The operations that people of a role may call, as the OpenAPI document names them.';
