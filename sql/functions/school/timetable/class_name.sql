-- inlined: lists show a name or two a row.
create or replace function school.class_name(p_course_name text, p_weekday integer, p_start_time time)
returns text
language sql
immutable
security invoker
as $$
  select p_course_name operator(pg_catalog.||) ', ' operator(pg_catalog.||) school.weekday_name(p_weekday)
    operator(pg_catalog.||) ' ' operator(pg_catalog.||) school.hhmm(p_start_time);
$$;
comment on function school.class_name(text, integer, time) is
  'What a weekly class is called on the wire: its course, weekday and start.';
grant execute on function school.class_name(text, integer, time)
  to school_admin, school_staff, school_teacher, school_student;
