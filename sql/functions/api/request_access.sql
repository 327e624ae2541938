-- The answer is the same whatever the e-mail: nobody learns from it who is a user or has asked before. Nothing is
-- made for an e-mail that is a user's or has a request pending.
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
  v_email text := school.clean_email(p_email);
  v_id uuid;
  v_wait integer := auth.claim_attempt('access_request', coalesce(p_client_address, ''), p_requests_per_hour);
begin
  if v_wait > 0 then
    return auth.too_many_requests(v_wait);
  end if;
  if school.clean(p_name) is null then
    perform school.fail_value('name', 'is blank');
  end if;
  if not exists (select from school.users as u where u.email || '' = v_email and u.deleted_at is null) then
    insert into school.access_requests (email, name, role, message, created_at, updated_at)
    values (v_email, school.clean(p_name), p_role, school.clean(p_message), school.clock(), school.clock())
    on conflict ((email || '')) where status = 'pending' do nothing
    returning id into v_id;
  end if;
  if v_id is not null then
    perform school.emit('access.requested', 'access_request', v_id, jsonb_build_object('name', school.clean(p_name), 'role', p_role));
  end if;
  return json_build_object('status', 'received');
end;
$$;
comment on function api.request_access is 'Asks to be let in.
The answer is always the same. An admin reviews the request; approval brings an activation token.
Refusals: too_many_requests.';
grant execute on function api.request_access to school_anonymous;
