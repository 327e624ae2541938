create function api.get_classroom_slot(p_classroom_slot_id uuid)
returns api.classroom_slot
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_answer api.classroom_slot;
begin
  select * into v_answer from api.classroom_slot as k where k.id = p_classroom_slot_id;
  if not found then
    perform school.fail_not_found('classroom slot');
  end if;
  return v_answer;
end;
$$;
comment on function api.get_classroom_slot is 'A weekly class.
Refusals: not_found.';
grant execute on function api.get_classroom_slot to school_admin, school_staff, school_teacher, school_student;
