-- inlined: lists show two of them a row; every name in it is of pg_catalog.
create or replace function school.hhmm(p_time time)
returns api.clock_time
language sql
immutable
security invoker
as $$
  select pg_catalog.left(p_time::pg_catalog.text, 5);
$$;
comment on function school.hhmm(time) is 'A class time as on the wire, HH:MM.';
grant execute on function school.hhmm(time)
  to school_admin, school_staff, school_teacher, school_student, school_analyst;
