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
  perform school.lock_leads_of_trials(p_weekdays => array(
    select (d ->> 'weekday')::integer
    from jsonb_array_elements(p_days) as d
    where not (d ->> 'isOpen')::boolean
  ));
  perform
  from school.operating_days as o
  where o.weekday in (select (d ->> 'weekday')::integer from jsonb_array_elements(p_days) as d)
  order by o.weekday
  for no key update;
  perform school.lock_classes_of_courses(array(
    select k.course_id
    from school.classroom_slots as k
    join school.time_slot_templates as t on t.id = k.time_slot_id
    where k.deleted_at is null
      and t.weekday in (
        select o.weekday
        from school.operating_days as o
        join jsonb_array_elements(p_days) as d on (d ->> 'weekday')::integer = o.weekday
        where o.is_open is distinct from (d ->> 'isOpen')::boolean
      )
  ));
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
Answers: operating_week.
Refusals: in_use, with the classes scheduled on a day to be closed.';
grant execute on function api.set_operating_days to school_admin;
