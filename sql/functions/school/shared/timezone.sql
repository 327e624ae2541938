-- As a scalar sub-select it is asked once per query: (at time zone (select school.timezone()))::date.
-- definer: everybody's dates are the school's, also for those who may not read its settings.
create or replace function school.timezone()
returns text
language sql
stable
security definer
set search_path = ''
as $$
  select s.timezone from school.school_settings as s;
$$;
comment on function school.timezone() is 'The time zone to which all dates and times of the school are local.';
grant execute on function school.timezone()
  to school_admin, school_staff, school_teacher, school_student, school_analyst;
