-- First half of a change of password: throttles as a login does (who found an open session may not guess on), then
-- hands out the hash to verify the current password against. Answers {"passwordHash": text|null}, or too_many_requests.
-- Raises unauthenticated, weak_password.
-- definer: the gateway reads no table.
create or replace function auth.begin_password_change(
  p_token_hash bytea,
  p_password_length integer,
  p_client_address text,
  p_failures_free integer,
  p_failures_per_address integer
)
returns json
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_user_id uuid;
  v_wait integer;
begin
  perform auth.require_session(p_token_hash);
  perform auth.require_password_length(p_password_length);
  select s.user_id into v_user_id from auth.sessions as s where s.token_hash = p_token_hash;
  v_wait := auth.claim_password_attempt(
    auth.account_of(v_user_id), p_client_address, p_failures_free, p_failures_per_address
  );
  if v_wait > 0 then
    return auth.too_many_requests(v_wait);
  end if;
  return json_build_object('passwordHash', (
    select c.password_hash from auth.credentials as c where c.user_id = v_user_id
  ));
end;
$$;
comment on function auth.begin_password_change(bytea, integer, text, integer, integer) is
  'First half of a change of password: throttles and hands out the password hash to verify.';
grant execute on function auth.begin_password_change(bytea, integer, text, integer, integer) to school_gateway;
