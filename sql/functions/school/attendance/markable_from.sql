-- Null for who marks nothing.
create or replace function school.markable_from()
returns date
language sql
stable
security invoker
set search_path = ''
as $$
  select case
    when i.role in ('admin', 'super_admin') then '-infinity'::date
    when i.role = 'teacher' then school.today() - 7
  end
  from (select auth.role() as role) as i;
$$;
comment on function school.markable_from() is
  'The first date whose classes the acting user marks: admins any, teachers those of seven days.';
grant execute on function school.markable_from() to school_admin, school_staff, school_teacher, school_student;
