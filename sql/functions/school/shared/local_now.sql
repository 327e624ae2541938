-- definer: everybody's "today" is the school's, also for those who may not read its settings.
create or replace function school.local_now()
returns timestamp
language sql
stable
security definer
set search_path = ''
as $$
  select school.clock() at time zone (select s.timezone from school.school_settings as s);
$$;
comment on function school.local_now() is 'Date and time on the school''s wall.';
grant execute on function school.local_now()
  to school_admin, school_staff, school_teacher, school_student, school_anonymous, school_analyst, school_jobs;
