-- definer: identity is looked up in tables callers may not read.
create or replace function auth.user_id()
returns uuid
language sql
stable
security definer
set search_path = ''
as $$
  select i.user_id from auth.identity() as i;
$$;
comment on function auth.user_id() is 'The acting user; null for nobody.';
grant execute on function auth.user_id()
  to school_gateway, school_admin, school_staff, school_teacher, school_student, school_anonymous, school_analyst;
