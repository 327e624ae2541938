create function api.set_operating_days(p_days api.weekday_states)
returns json
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if (select count(*) <> count(distinct d ->> 'weekday') from jsonb_array_elements(p_days) as d) then
    perform school.fail_value('days', 'names a weekday twice');
  end if;
  perform school.lock_leads_of_weekdays(array(
    select (d ->> 'weekday')::integer
    from jsonb_array_elements(p_days) as d
    where not (d ->> 'isOpen')::boolean
  ));
  perform
  from school.operating_days as o
  where o.weekday in (select (d ->> 'weekday')::integer from jsonb_array_elements(p_days) as d)
  order by o.weekday
  for no key update;
  update school.operating_days as o
  set is_open = (d ->> 'isOpen')::boolean
  from jsonb_array_elements(p_days) as d
  where o.weekday = (d ->> 'weekday')::integer
    and o.is_open is distinct from (d ->> 'isOpen')::boolean;
  return api.list_operating_days();
end;
$$;
comment on function api.set_operating_days is 'Opens and closes weekdays; those not named stay as they are.
Trials booked on a day to be closed are cancelled.
Refusals: in_use, with the classes scheduled on a day to be closed.';
grant execute on function api.set_operating_days to school_admin;
