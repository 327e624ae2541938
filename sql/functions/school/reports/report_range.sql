-- What a report is about when not both ends are named: so many days until p_latest, or today. Raises invalid_request.
create or replace function school.report_range(
  p_from date,
  p_to date,
  p_latest date default null,
  p_days integer default 365
)
returns table (first_date date, last_date date)
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  last_date := coalesce(p_to, greatest(coalesce(p_latest, school.today()), p_from));
  first_date := coalesce(p_from, greatest(last_date - p_days + 1, '1900-01-01'));
  if last_date < first_date then
    perform school.fail_value('to', 'lies before from');
  end if;
  if last_date >= (first_date + interval '3 years')::date then
    perform school.fail_value('to', 'lies three years or more after from; ask for three years at most');
  end if;
  return next;
end;
$$;
comment on function school.report_range(date, date, date, integer) is
  'The dates of a report, both included: three years at most.';
grant execute on function school.report_range(date, date, date, integer)
  to school_admin, school_staff, school_teacher;
