create or replace function auth.token_hash(p_token text)
returns bytea
language sql
immutable
security invoker
set search_path = ''
as $$
  select sha256(convert_to(p_token, 'UTF8'));
$$;
comment on function auth.token_hash(text) is 'What is stored of a token: its SHA-256.';
