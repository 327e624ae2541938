-- definer: the key that hides the others is nobody's to read.
create or replace function auth.inbox()
returns text
language sql
stable
security definer
set search_path = ''
as $$
  select auth.inbox_key(i.user_id) from auth.identity() as i;
$$;
comment on function auth.inbox() is 'The key of the acting user''s own inbox on the notices'' channel; null for nobody.';
grant execute on function auth.inbox() to school_admin, school_staff, school_teacher, school_student;
