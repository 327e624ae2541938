-- Locks the counters in the order in which auth.claim_password_attempt does.
create or replace function auth.forgive_password_attempt(p_account text, p_client_address text)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform auth.forgive_attempt('address', coalesce(p_client_address, ''));
  delete from auth.failed_attempts as a
  where a.kind = 'account'
    and a.subject = left(auth.account_at(p_account, p_client_address), 300);
  perform auth.forgive_attempt('account_everywhere', p_account);
end;
$$;
comment on function auth.forgive_password_attempt(text, text) is
  'The password was right: the count of this account from this network starts again.';
