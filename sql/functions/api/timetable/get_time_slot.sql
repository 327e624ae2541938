create function api.get_time_slot(p_time_slot_id uuid)
returns api.time_slot
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_answer api.time_slot;
begin
  select * into v_answer from api.time_slot as t where t.id = p_time_slot_id;
  if not found then
    perform school.fail_not_found('time slot');
  end if;
  return v_answer;
end;
$$;
comment on function api.get_time_slot is 'A time slot.
Refusals: not_found.';
grant execute on function api.get_time_slot to school_admin, school_staff, school_teacher, school_student;
