-- What the notifications' channel calls a person: the same each time, and no way back to who it is. api/http/streams.py
-- does the same with auth.channel_key().
create or replace function auth.inbox_key(p_user_id uuid)
returns text
language sql
stable
security invoker
set search_path = ''
as $$
  select encode(sha256(k.key || uuid_send(p_user_id)), 'hex') from auth.channel_key as k;
$$;
comment on function auth.inbox_key(uuid) is 'The key of a person''s inbox on the notifications'' channel.';
