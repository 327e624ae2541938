-- A transaction-local setting of ours, '' read as null: a setting once used reads '' ever after.
-- inlined: every look-up of who acts asks for one; every name in it is of pg_catalog.
create or replace function auth.setting(p_name text)
returns text
language sql
stable
security invoker
as $$
  select nullif(pg_catalog.current_setting(p_name, true), '');
$$;
comment on function auth.setting(text) is 'The value of a setting, null when absent or empty.';
grant execute on function auth.setting(text)
  to school_gateway, school_admin, school_staff, school_teacher, school_student, school_anonymous;
