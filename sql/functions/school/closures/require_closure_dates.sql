-- Raises forbidden, invalid_request.
create or replace function school.require_closure_dates(p_start_date date, p_end_date date)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if not auth.is_admin() then
    perform school.fail('forbidden', 'Admins close the school.');
  end if;
  if p_end_date < p_start_date then
    perform school.fail_value('endDate', 'lies before startDate');
  end if;
  if p_end_date > p_start_date + 365 then
    perform school.fail_value('endDate', 'lies more than a year after startDate');
  end if;
end;
$$;
comment on function school.require_closure_dates(date, date) is 'Who closes the school, and for how long at most.';
