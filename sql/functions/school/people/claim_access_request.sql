-- Locks a pending request for its one reviewer. Raises not_found, already_decided.
create or replace function school.claim_access_request(p_access_request_id uuid)
returns school.access_requests
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_request school.access_requests;
begin
  select * into v_request from school.access_requests as r where r.id = p_access_request_id for update;
  if not found then
    perform school.fail_not_found('access request');
  end if;
  if v_request.status <> 'pending' then
    perform school.fail('already_decided', format('The request was %s already.', v_request.status));
  end if;
  return v_request;
end;
$$;
comment on function school.claim_access_request(uuid) is 'A pending access request, locked.';
