create or replace function auth.account_at(p_account text, p_client_address text)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select coalesce(p_client_address, '') || ' ' || p_account;
$$;
comment on function auth.account_at(text, text) is 'Whose counter it is when an account is tried from a network.';
