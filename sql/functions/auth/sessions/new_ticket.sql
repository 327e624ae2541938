-- A ticket opens its address for a minute, as often as it is called: a browser whose connection breaks asks again by
-- itself, and a GET writes nothing. What is past goes when the session makes its next one, or ends.
create or replace function auth.new_ticket(p_path text, p_base_url text)
returns json
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_token text := auth.new_token();
  v_now timestamptz := school.clock();
  v_session bytea;
begin
  -- Who queries by a login of their own may claim any session, and has none.
  select s.token_hash
  into v_session
  from auth.sessions as s
  where s.token_hash = auth.session_hash()
    and s.user_id = auth.user_id()
  for key share;
  if not found then
    perform school.fail('unauthenticated', 'A ticket is made by a session.');
  end if;
  delete from auth.tickets as t where t.session_token_hash = v_session and t.expires_at <= v_now;
  insert into auth.tickets (token_hash, session_token_hash, path, created_at, expires_at)
  values (auth.token_hash(v_token), v_session, p_path, v_now, v_now + interval '60 seconds');
  return json_build_object(
    'url', p_base_url || p_path || '?ticket=' || v_token,
    'expiresAt', v_now + interval '60 seconds'
  );
end;
$$;
comment on function auth.new_ticket(text, text) is 'A ticket of the caller''s session for one address.';
