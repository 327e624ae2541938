-- definer: requests are nobody's to write.
create function api.reject_access_request(p_access_request_id uuid, p_reason api.message_text default null)
returns api.access_request
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_answer api.access_request;
begin
  if not auth.is_admin() then
    perform school.fail('forbidden', 'Admins review access requests.');
  end if;
  perform school.claim_access_request(p_access_request_id);
  update school.access_requests
  set status = 'rejected', reason = school.clean(p_reason), reviewed_by = auth.user_id(), reviewed_at = school.clock()
  where id = p_access_request_id;
  select * into v_answer from api.access_request as r where r.id = p_access_request_id;
  return v_answer;
end;
$$;
comment on function api.reject_access_request is 'Turns a request down; the e-mail may ask again.
Refusals: not_found, already_decided.';
grant execute on function api.reject_access_request to school_admin;
