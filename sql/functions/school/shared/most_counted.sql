create or replace function school.most_counted()
returns integer
language sql
immutable
security invoker
set search_path = ''
as $$
  select 10000;
$$;
comment on function school.most_counted() is 'Up to how many rows the total of a list is exact.';
grant execute on function school.most_counted() to school_admin, school_staff, school_teacher, school_student;
