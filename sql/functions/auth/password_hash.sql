-- Raises unauthenticated.
-- definer: the gateway reads no table.
create or replace function auth.password_hash(p_token_hash bytea)
returns text
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if auth.session_role(p_token_hash) is null then
    perform school.fail('unauthenticated', 'The session has ended or never was. Log in again.');
  end if;
  return (
    select c.password_hash
    from auth.sessions as s
    join auth.credentials as c on c.user_id = s.user_id
    where s.token_hash = p_token_hash
  );
end;
$$;
comment on function auth.password_hash(bytea) is 'The stored password hash of a session''s user, to verify the current password against.';
grant execute on function auth.password_hash(bytea) to school_gateway;
