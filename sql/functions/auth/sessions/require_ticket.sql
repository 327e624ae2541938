-- Whether the session is still open, auth.enter asks. Raises unauthenticated.
-- definer: the gateway reads no table.
create or replace function auth.require_ticket(p_token_hash bytea, p_path text)
returns bytea
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_session bytea;
begin
  select t.session_token_hash
  into v_session
  from auth.tickets as t
  where t.token_hash = p_token_hash
    and t.path = p_path
    and t.expires_at > (select school.clock());
  if not found then
    perform school.fail('unauthenticated', 'The ticket has ended or never was. Ask for another one.');
  end if;
  return v_session;
end;
$$;
comment on function auth.require_ticket(bytea, text) is 'The session (its hash) for which a ticket stands.';
grant execute on function auth.require_ticket(bytea, text) to school_gateway;
