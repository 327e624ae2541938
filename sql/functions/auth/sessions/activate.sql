-- Second half of an activation: spends the token, sets the first password (or a new one), ends older sessions and logs
-- in. Unknown, used and past tokens are all invalid_token; a weak password spends nothing. A success takes the attempt
-- back that auth.begin_activation counted.
-- definer: the gateway reads no table.
create or replace function auth.activate(
  p_token text,
  p_password_hash text,
  p_password_length integer,
  p_client_address text,
  p_ttl_hours integer,
  p_user_agent text
)
returns json
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_user_id uuid;
begin
  select t.user_id
  into v_user_id
  from auth.activation_tokens as t
  join school.users as u on u.id = t.user_id
  where t.token_hash = auth.token_hash(p_token)
    and t.expires_at > (select school.clock())
    and u.status = 'active'
    and u.deleted_at is null
  for update of t;
  if v_user_id is null then
    return school.problem('invalid_token', 'The activation token is unknown, used or past. Ask for a new one.');
  end if;
  perform auth.require_password_length(p_password_length);
  perform auth.forgive_attempt('address', coalesce(p_client_address, ''));
  delete from auth.activation_tokens where user_id = v_user_id;
  delete from auth.sessions where user_id = v_user_id;
  perform auth.set_password(v_user_id, p_password_hash);
  return auth.open_session(v_user_id, p_ttl_hours, p_user_agent);
end;
$$;
comment on function auth.activate(text, text, integer, text, integer, text) is
  'Spends an activation token, sets the password and logs in.';
grant execute on function auth.activate(text, text, integer, text, integer, text) to school_gateway;
