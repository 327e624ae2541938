create or replace function school.is_closed(p_date date)
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select
    exists (
      select
      from school.school_closures as c
      where p_date between c.start_date and c.end_date
    )
    or not exists (
      select
      from school.operating_days as o
      where o.weekday = extract(isodow from p_date)
        and o.is_open
    );
$$;
comment on function school.is_closed(date) is
  'Whether the school holds no classes on a date: a closure, or a weekday that is not open.';
grant execute on function school.is_closed(date) to school_admin, school_staff, school_teacher, school_student;
