create or replace function school.today()
returns date
language sql
stable
security invoker
set search_path = ''
as $$
  select school.local_now()::date;
$$;
comment on function school.today() is 'The school''s local date.';
grant execute on function school.today()
  to school_admin, school_staff, school_teacher, school_student, school_anonymous, school_analyst, school_jobs;
