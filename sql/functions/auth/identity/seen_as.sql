-- As whom policies are judged to explain them (school.holding_policies); null as ever. Believed of a setting only where
-- nothing can come of it: of an admin's session or of who may act as the owner, in a transaction that writes nothing.
-- Everybody else stays who they are, whatever they set.
-- definer: reads sessions and users, which callers may not.
create or replace function auth.seen_as()
returns uuid
language sql
stable
security definer
set search_path = ''
as $$
  select auth.setting('ostinato.seen_as')::uuid
  where auth.setting('ostinato.seen_as') ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
    and current_setting('transaction_read_only') = 'on'
    and case
      when session_user = 'school_gateway' then exists (
        select
        from auth.sessions as s
        join school.users as u on u.id = s.user_id
        where s.token_hash = (select auth.session_hash())
          and s.expires_at > (select school.clock())
          and u.role in ('admin', 'super_admin')
          and u.status = 'active'
          and u.deleted_at is null
      )
      else pg_has_role(session_user, 'school_owner', 'member')
    end;
$$;
comment on function auth.seen_as() is 'Whose sight is explained; null outside of an explanation.';
grant execute on function auth.seen_as() to school_admin;
