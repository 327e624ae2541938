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
  perform auth.require_session(p_token_hash);
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
