-- Takes a pending request to a final state; one decider wins. Raises not_found, already_decided.
create or replace function school.close_request(p_reschedule_request_id uuid, p_status text, p_reason text)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_status text;
begin
  update school.reschedule_requests as r
  set
    status = p_status,
    decided_by = auth.user_id(),
    decided_at = school.clock(),
    decision_reason = school.clean(p_reason)
  where r.id = p_reschedule_request_id
    and r.status = 'pending';
  if found then
    return;
  end if;
  select r.status into v_status from school.reschedule_requests as r where r.id = p_reschedule_request_id;
  if v_status is null then
    perform school.fail_not_found('reschedule request');
  end if;
  perform school.fail('already_decided', format('The request is %s already.', v_status));
end;
$$;
comment on function school.close_request(uuid, text, text) is 'Decides a pending reschedule request.';
