-- definer: attendance is nobody's to write; admins decide.
create function api.create_closure(p_start_date date, p_end_date date, p_reason api.closure_reason)
returns json
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_answer jsonb;
begin
  perform school.require_closure_dates(p_start_date, p_end_date);
  v_answer := school.declare_closure(p_start_date, p_end_date, p_reason);
  perform school.fail_conflicts(v_answer -> 'conflicts');
  perform school.tell_closure((v_answer ->> 'id')::uuid, v_answer -> 'added');
  return v_answer::json;
end;
$$;
comment on function api.create_closure is 'Closes the school from startDate to endDate, both included.
The classes scheduled on those dates are cancelled and as many are appended at the end of each plan; the answer '
  'lists both. The students, their teachers and the '
  'owners of their leads are told. Removing the closure later moves nothing back.
Answers: closure and closure_effects.
Refusals: no_class_dates.';
grant execute on function api.create_closure to school_admin;
