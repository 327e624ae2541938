-- Takes a direct login away and ends its connections.
create or replace function auth.revoke_sql(p_login text)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  delete from auth.direct_logins where login = p_login;
  if not found then
    perform school.fail('not_found', 'No direct login has this name.');
  end if;
  execute format('alter role %I nologin', p_login);
  perform pg_terminate_backend(a.pid) from pg_catalog.pg_stat_activity as a where a.usename = p_login;
  execute format('revoke connect on database %I from %I', pg_catalog.current_database(), p_login);
  execute format('drop role %I', p_login);
end;
$$;
comment on function auth.revoke_sql(text) is 'Drops a direct SQL login and ends its connections.';
