create function api.get_reschedule_request(p_reschedule_request_id uuid)
returns api.reschedule_request
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_answer api.reschedule_request;
begin
  select * into v_answer from api.reschedule_request as r where r.id = p_reschedule_request_id;
  if not found then
    perform school.fail_not_found('reschedule request');
  end if;
  return v_answer;
end;
$$;
comment on function api.get_reschedule_request is 'A reschedule request.
Refusals: not_found.';
grant execute on function api.get_reschedule_request to school_admin, school_staff, school_teacher, school_student;
