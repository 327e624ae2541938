-- First statement of every request's transaction: takes the session's role and leaves who, which request and
-- how long in transaction-local settings. Without a token the role is school_anonymous.
-- Raises unauthenticated. The new time-outs bind the statements after this one; for this one the login's own hold.
create or replace function auth.enter(
  p_token_hash bytea,
  p_request_id text,
  p_client_address text,
  p_statement_timeout_ms integer
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_role text := case when p_token_hash is null then 'anonymous' else auth.require_session(p_token_hash) end;
begin
  perform
    set_config('ostinato.session', coalesce(encode(p_token_hash, 'hex'), ''), true),
    set_config('ostinato.request_id', coalesce(p_request_id, ''), true),
    set_config('ostinato.client_address', coalesce(p_client_address, ''), true),
    set_config('application_name', left('ostinato ' || coalesce(p_request_id, ''), 63), true),
    set_config('statement_timeout', p_statement_timeout_ms::text, true),
    set_config('lock_timeout', (p_statement_timeout_ms / 2 + 1)::text, true),
    set_config('role', 'school_' || v_role, true);
end;
$$;
comment on function auth.enter(bytea, text, text, integer) is
  'Begins a request: takes the role of the session for this transaction.';
grant execute on function auth.enter(bytea, text, text, integer) to school_gateway;
