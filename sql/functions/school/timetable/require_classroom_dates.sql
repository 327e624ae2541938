-- Raises invalid_request.
create or replace function school.require_classroom_dates(p_date date, p_from date, p_to date)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if p_date is not null and num_nonnulls(p_from, p_to) > 0 then
    perform school.fail_value('date', 'is given besides from and to; give one of them');
  end if;
  if num_nonnulls(p_from, p_to) = 1 then
    perform school.fail_value(case when p_from is null then 'from' else 'to' end, 'is missing; give both ends');
  end if;
  if p_to < p_from then
    perform school.fail_value('to', 'lies before from');
  end if;
  if p_to > p_from + 13 then
    perform school.fail_value('to', 'lies 14 days or more after from; ask for 14 days at most');
  end if;
end;
$$;
comment on function school.require_classroom_dates(date, date, date) is
  'What the dashboard may be asked of: no date, one, or two weeks at most.';
