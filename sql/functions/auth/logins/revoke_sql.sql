-- Takes a direct login away and ends its connections. A role on which something hangs (default privileges it set,
-- things it made in another database) cannot be dropped: it stays, shut out and with no rights, and the answer is
-- false.
create or replace function auth.revoke_sql(p_login text)
returns boolean
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_role name;
begin
  delete from auth.direct_logins where login = p_login;
  if not found then
    perform school.fail('not_found', 'No direct login has this name.');
  end if;
  execute format('alter role %I nologin', p_login);
  perform pg_terminate_backend(a.pid) from pg_catalog.pg_stat_activity as a where a.usename = p_login;
  execute format('revoke connect on database %I from %I', pg_catalog.current_database(), p_login);
  for v_role in
    select m.roleid::regrole::name
    from pg_catalog.pg_auth_members as m
    where m.member = (select r.oid from pg_catalog.pg_roles as r where r.rolname = p_login)
  loop
    execute format('revoke %I from %I', v_role, p_login);
  end loop;
  begin
    execute format('drop role %I', p_login);
  exception
    when dependent_objects_still_exist then
      return false;
  end;
  return true;
end;
$$;
comment on function auth.revoke_sql(text) is
  'Drops a direct SQL login and ends its connections; false when its role could only be shut out.';
