-- definer: identity is looked up in tables callers may not read.
create or replace function auth.is_super_admin()
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (select from auth.identity() as i where i.role = 'super_admin');
$$;
comment on function auth.is_super_admin() is 'Whether the acting user is a super_admin now.';
grant execute on function auth.is_super_admin() to school_admin, school_staff, school_teacher, school_student;
