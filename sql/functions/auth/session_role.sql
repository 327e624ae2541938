-- definer: the gateway reads no table.
create or replace function auth.session_role(p_token_hash bytea)
returns text
language sql
stable
security definer
set search_path = ''
as $$
  select u.role
  from auth.sessions as s
  join school.users as u on u.id = s.user_id
  where s.token_hash = p_token_hash
    and s.expires_at > school.clock()
    and u.status = 'active'
    and u.deleted_at is null;
$$;
comment on function auth.session_role(bytea) is 'The role of an open session''s user; null when there is no such session.';
grant execute on function auth.session_role(bytea) to school_gateway;
