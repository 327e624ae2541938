create function api.create_time_slot(
  p_weekday api.weekday,
  p_start_time time,
  p_end_time time,
  p_is_active boolean default true
)
returns api.time_slot
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_id uuid;
  v_answer api.time_slot;
begin
  insert into school.time_slot_templates (weekday, start_time, end_time, is_active)
  values (p_weekday, p_start_time, p_end_time, coalesce(p_is_active, true))
  returning id into v_id;
  select * into v_answer from api.time_slot as r where r.id = v_id;
  return v_answer;
end;
$$;
comment on function api.create_time_slot is 'Adds a time slot, half-open and within one day.
Refusals: already_exists.';
grant execute on function api.create_time_slot to school_admin;
