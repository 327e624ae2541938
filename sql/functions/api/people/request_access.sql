-- The answer is the same whatever the e-mail: nobody learns from it who is a user or has asked before. Nothing is
-- made for an e-mail that is a user's or has a request pending; so that the time tells nothing either, the same is done
-- for it and rolled back (a block with an exception handler is a subtransaction).
-- definer: written for nobody in particular.
create function api.request_access(
  p_email api.email_address,
  p_name api.name_text,
  p_role api.user_role,
  p_message api.message_text default null,
  p_client_address text default null,
  p_requests_per_hour integer default 20
)
returns json
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_wait integer := auth.claim_attempt('access_request', coalesce(p_client_address, ''), p_requests_per_hour);
begin
  if v_wait > 0 then
    return auth.too_many_requests(v_wait);
  end if;
  if school.clean(p_name) is null then
    perform school.fail_value('name', 'is blank');
  end if;
  begin
    if not school.add_access_request(
      school.clean_email(p_email), school.clean(p_name), p_role, school.clean(p_message)
    ) then
      raise exception using errcode = 'OS002', message = 'nothing new';
    end if;
  exception
    when sqlstate 'OS002' then
      return json_build_object('status', 'received');
  end;
  return json_build_object('status', 'received');
end;
$$;
comment on function api.request_access is 'Asks to be let in.
The answer is always the same. An admin reviews the request; approval brings an activation token.
Answers: receipt.
Refusals: too_many_requests.';
grant execute on function api.request_access to school_anonymous;
