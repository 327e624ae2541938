-- Raises unauthenticated.
-- definer: the gateway reads no table.
create or replace function auth.require_session(p_token_hash bytea)
returns text
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_role text;
begin
  select u.role
  into v_role
  from auth.sessions as s
  join school.users as u on u.id = s.user_id
  where s.token_hash = p_token_hash
    and s.expires_at > (select school.clock())
    and u.status = 'active'
    and u.deleted_at is null;
  if not found then
    perform school.fail('unauthenticated', 'The session has ended or never was. Log in again.');
  end if;
  return v_role;
end;
$$;
comment on function auth.require_session(bytea) is 'The role of an open session''s user.';
grant execute on function auth.require_session(bytea) to school_gateway;
