-- definer: requests are nobody's to write; students withdraw their own.
create function api.withdraw_reschedule_request(p_reschedule_request_id uuid, p_reason api.message_text default null)
returns api.reschedule_request
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_answer api.reschedule_request;
begin
  if not exists (
    select
    from school.reschedule_requests as r
    where r.id = p_reschedule_request_id
      and r.student_id = auth.user_id_as('student')
  ) then
    perform school.fail_not_found('reschedule request');
  end if;
  perform school.close_request(p_reschedule_request_id, 'withdrawn', p_reason);
  select * into v_answer from api.reschedule_request as r where r.id = p_reschedule_request_id;
  return v_answer;
end;
$$;
comment on function api.withdraw_reschedule_request is 'Withdraws the caller''s own request.
Refusals: not_found, already_decided.';
grant execute on function api.withdraw_reschedule_request to school_student;
