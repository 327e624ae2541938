-- 64 hex digits out of SHA-256 over three random UUIDs (366 random bits), so 256 bits that nobody can guess.
create or replace function auth.new_token()
returns text
language sql
volatile
security invoker
set search_path = ''
as $$
  select encode(
    sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())),
    'hex'
  );
$$;
comment on function auth.new_token() is 'A fresh secret token.';
