-- inlined: lists show a name or two a row.
create or replace function school.weekday_name(p_weekday integer)
returns text
language sql
immutable
security invoker
as $$
  select (array['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'])[p_weekday];
$$;
comment on function school.weekday_name(integer) is 'The English name of an ISO weekday.';
grant execute on function school.weekday_name(integer)
  to school_admin, school_staff, school_teacher, school_student, school_analyst;
