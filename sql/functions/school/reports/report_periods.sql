-- p_by is week or month.
create or replace function school.report_periods(p_from date, p_to date, p_by api.report_step)
returns table (start date)
language sql
stable
security invoker
set search_path = ''
as $$
  select d::date
  from generate_series(date_trunc(p_by, p_from::timestamp), p_to::timestamp, ('1 ' || p_by)::interval) as d;
$$;
comment on function school.report_periods(date, date, api.report_step) is
  'The weeks or months that a range touches, by their first days.';
grant execute on function school.report_periods(date, date, api.report_step)
  to school_admin, school_staff, school_teacher;
