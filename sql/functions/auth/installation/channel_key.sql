-- For the processes that stream notifications: with it they tell which of their readers the channel speaks of.
-- definer: the gateway reads no table.
create or replace function auth.channel_key()
returns text
language sql
stable
security definer
set search_path = ''
as $$
  select encode(k.key, 'hex') from auth.channel_key as k;
$$;
comment on function auth.channel_key() is 'What auth.inbox_key hashes ids with, in hexadecimal.';
grant execute on function auth.channel_key() to school_gateway;
