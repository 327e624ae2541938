-- Opens a session and answers what a login answers.
create or replace function auth.open_session(p_user_id uuid, p_ttl_hours integer, p_user_agent text)
returns json
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_token text := auth.new_token();
  v_expires_at timestamptz := school.clock() + make_interval(hours => p_ttl_hours);
begin
  insert into auth.sessions (token_hash, user_id, user_agent, created_at, expires_at)
  values (auth.token_hash(v_token), p_user_id, left(p_user_agent, 400), school.clock(), v_expires_at);
  return json_build_object(
    'accessToken', v_token,
    'tokenType', 'Bearer',
    'expiresAt', v_expires_at,
    'user', (
      select json_build_object('id', u.id, 'name', u.name, 'email', u.email, 'role', u.role)
      from school.users as u
      where u.id = p_user_id
    )
  );
end;
$$;
comment on function auth.open_session(uuid, integer, text) is
  'Opens a session: {accessToken, tokenType, expiresAt, user}.';
