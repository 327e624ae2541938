-- Ends the sessions of a user's direct login, but for the one that acts: that one is nobody at its next statement, as
-- every session is where school_owner may not signal others (grant pg_signal_backend to school_owner).
create or replace function auth.end_connections(p_user_id uuid)
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  select pg_terminate_backend(a.pid)
  from auth.direct_logins as d
  join pg_catalog.pg_stat_activity as a on a.usename = d.login
  where d.user_id = p_user_id
    and a.datname = current_database()
    and a.pid <> pg_backend_pid()
    and pg_has_role('pg_signal_backend', 'usage');
$$;
comment on function auth.end_connections(uuid) is 'Ends the open sessions of a user''s direct login.';
