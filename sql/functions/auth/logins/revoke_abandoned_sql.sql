-- Drops the logins of `psql --as` whose console was killed before it could: neither the console, which names its
-- connection after the login, nor psql is there any more. Runs as the migrating login; answers how many.
create or replace function auth.revoke_abandoned_sql()
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_logins integer;
begin
  perform auth.revoke_sql(p_login => d.login)
  from auth.direct_logins as d
  where d.login like 'ostinato\_psql\_%'
    and not exists (
      select
      from pg_catalog.pg_stat_activity as a
      where d.login in (a.usename, a.application_name)
    );
  get diagnostics v_logins = row_count;
  return v_logins;
end;
$$;
comment on function auth.revoke_abandoned_sql() is
  'Drops the logins that a killed psql --as left behind; answers how many.';
