-- definer: identity is looked up in tables callers may not read.
create or replace function auth.role()
returns text
language sql
stable
security definer
set search_path = ''
as $$
  select i.role from auth.identity() as i;
$$;
comment on function auth.role() is 'The acting user''s role now; null for nobody.';
grant execute on function auth.role() to school_admin, school_staff, school_teacher, school_student, school_anonymous;
