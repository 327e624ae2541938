-- definer: everybody's "today" is the school's, also for those who may not read its settings.
create or replace function school.today()
returns date
language sql
stable
security definer
set search_path = ''
as $$
  select (school.clock() at time zone (select s.timezone from school.school_settings as s))::date;
$$;
comment on function school.today() is 'The school''s local date.';
grant execute on function school.today()
  to school_admin, school_staff, school_teacher, school_student, school_anonymous, school_analyst, school_jobs;
