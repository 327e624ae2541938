create or replace function school.hhmm(p_time time)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select left(p_time::text, 5);
$$;
comment on function school.hhmm(time) is 'A class time as on the wire, HH:MM.';
grant execute on function school.hhmm(time)
  to school_admin, school_staff, school_teacher, school_student, school_analyst;
