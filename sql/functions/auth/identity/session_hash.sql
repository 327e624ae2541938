-- The SHA-256 of the bearer token of the current request; null when there is none or it is no hash at all.
create or replace function auth.session_hash()
returns bytea
language sql
stable
security invoker
set search_path = ''
as $$
  select case
    when auth.setting('ostinato.session') ~ '^[0-9a-f]{64}$' then decode(auth.setting('ostinato.session'), 'hex')
  end;
$$;
comment on function auth.session_hash() is 'The hash of the current request''s session token.';
