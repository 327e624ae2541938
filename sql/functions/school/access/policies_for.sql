-- What decides which rows of a table a role reads: each policy with its sentence and its condition, as SQL.
create or replace function school.policies_for(p_role name, p_table regclass)
returns table (name name, in_words text, condition text)
language sql
stable
security invoker
set search_path = ''
as $$
  select
    p.polname,
    coalesce(pg_catalog.obj_description(p.oid, 'pg_policy'), 'It has no words.'),
    pg_catalog.pg_get_expr(p.polqual, p.polrelid)
  from pg_catalog.pg_policy as p
  where p.polrelid = p_table
    and p.polcmd in ('r', '*')
    and exists (
      select
      from unnest(p.polroles) as r (role)
      where case when r.role = 0 then true else pg_has_role(p_role, r.role, 'usage') end
    );
$$;
comment on function school.policies_for(name, regclass) is 'The policies by which a role reads a table.';
grant execute on function school.policies_for(name, regclass) to school_admin;
