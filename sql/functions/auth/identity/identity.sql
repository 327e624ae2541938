-- Who acts: looked up at every call, never believed from a setting. The gateway's connections are who their
-- session says; any other login is who auth.direct_logins says, whatever its settings.
-- Nobody: no row. Disabled and deleted users are nobody. While a policy is explained, it is who it is explained for.
-- definer: reads sessions, logins and users, which callers may not.
create or replace function auth.identity()
returns table (user_id uuid, role text)
language sql
stable
security definer
set search_path = ''
as $$
  select
    u.id,
    u.role
  from school.users as u
  where u.id = case
      when auth.setting('ostinato.seen_as') is not null and auth.seen_as() is not null then auth.seen_as()
      when session_user = 'school_gateway' then (
        select s.user_id
        from auth.sessions as s
        where s.token_hash = (select auth.session_hash())
          and s.expires_at > (select school.clock())
      )
      else (
        select d.user_id
        from auth.direct_logins as d
        where d.login = session_user
      )
    end
    and u.status = 'active'
    and u.deleted_at is null;
$$;
comment on function auth.identity() is 'The acting user and role; no row for nobody.';
