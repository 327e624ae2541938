create function api.get_access_request(p_access_request_id uuid)
returns api.access_request
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_answer api.access_request;
begin
  select * into v_answer from api.access_request as r where r.id = p_access_request_id;
  if not found then
    perform school.fail_not_found('access request');
  end if;
  return v_answer;
end;
$$;
comment on function api.get_access_request is 'A request to be let in.
Refusals: not_found.';
grant execute on function api.get_access_request to school_admin;
