-- definer: requests are nobody's to write; admins decide.
create function api.reject_reschedule_request(p_reschedule_request_id uuid, p_reason api.message_text default null)
returns api.reschedule_request
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_answer api.reschedule_request;
begin
  if not auth.is_admin() then
    perform school.fail('forbidden', 'Admins decide.');
  end if;
  perform school.close_request(p_reschedule_request_id, 'rejected', p_reason);
  perform school.emit_reschedule('reschedule.rejected', p_reschedule_request_id);
  select * into v_answer from api.reschedule_request as r where r.id = p_reschedule_request_id;
  return v_answer;
end;
$$;
comment on function api.reject_reschedule_request is 'Turns a move down.
Refusals: not_found, already_decided.';
grant execute on function api.reject_reschedule_request to school_admin;
