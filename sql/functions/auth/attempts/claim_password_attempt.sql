-- Counts an attempt at an account's password and answers 0, or answers the seconds to wait. It is counted before its
-- outcome is known, so that many at once cannot slip through; auth.forgive_password_attempt takes a success back.
-- An account is slowed for each network by itself, so that wrong passwords from elsewhere do not keep its owner out;
-- from everywhere together only after a hundred times as many in a day, and then to one attempt a second.
create or replace function auth.claim_password_attempt(
  p_account text,
  p_client_address text,
  p_failures_free integer,
  p_failures_per_address integer
)
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_address text := coalesce(p_client_address, '');
  v_account_at text := auth.account_at(p_account, v_address);
  v_wait integer := greatest(
    auth.retry_after('address', v_address, p_failures_per_address),
    auth.retry_after('account', v_account_at, p_failures_free),
    auth.retry_after('account_everywhere', p_account, 100 * p_failures_free)
  );
begin
  -- What is refused counts nowhere: else an owner whom others slow down would slow down for themselves, too.
  if v_wait = 0 then
    v_wait := auth.claim_attempt('address', v_address, p_failures_per_address);
  end if;
  if v_wait = 0 then
    v_wait := auth.claim_attempt('account', v_account_at, p_failures_free);
  end if;
  if v_wait = 0 then
    v_wait := auth.claim_attempt('account_everywhere', p_account, 100 * p_failures_free);
  end if;
  return v_wait;
end;
$$;
comment on function auth.claim_password_attempt(text, text, integer, integer) is
  'Counts an attempt at a password, or answers the seconds to wait.';
