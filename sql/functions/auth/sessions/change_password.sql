-- Second half of a change of password: sets the new one and ends the other sessions.
-- Raises unauthenticated, weak_password, wrong_password.
-- definer: the gateway reads no table.
create or replace function auth.change_password(
  p_token_hash bytea,
  p_verified boolean,
  p_password_hash text,
  p_password_length integer,
  p_client_address text
)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_user_id uuid;
begin
  perform auth.require_session(p_token_hash);
  if not p_verified then
    perform school.fail('wrong_password', 'The current password is wrong.');
  end if;
  perform auth.require_password_length(p_password_length);
  select s.user_id into v_user_id from auth.sessions as s where s.token_hash = p_token_hash;
  perform auth.forgive_password_attempt(auth.account_of(v_user_id), p_client_address);
  perform auth.set_password(v_user_id, p_password_hash);
  delete from auth.sessions where user_id = v_user_id and token_hash <> p_token_hash;
  delete from auth.activation_tokens where user_id = v_user_id;
end;
$$;
comment on function auth.change_password(bytea, boolean, text, integer, text) is
  'Sets a new password and ends the user''s other sessions.';
grant execute on function auth.change_password(bytea, boolean, text, integer, text) to school_gateway;
