-- Gives a user a LOGIN role of their own: member of their application role, mapped to them, so that psql and BI
-- tools see the rows that person may see. Answers the password. Runs as the migrating login, which may create roles;
-- the login's name is the only input that becomes SQL text, quoted as an identifier by format().
-- The number of connections and the size of temporary files are limits that the login cannot lift, nor can it connect
-- to another database; one that is p_read_only writes nothing (auth.guard_read_only). The other settings are there for
-- honest mistakes: whoever may SET, may lift them.
create or replace function auth.grant_sql(
  p_email text,
  p_login text,
  p_password text default null,
  p_read_only boolean default false
)
returns text
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_user school.users;
  v_password text := coalesce(p_password, auth.new_token());
begin
  select *
  into v_user
  from school.users as u
  where u.email || '' = school.clean_email(p_email)
    and u.status = 'active'
    and u.deleted_at is null;
  if v_user.id is null then
    perform school.fail('not_found', 'No active user has this e-mail.');
  end if;
  if p_login !~ '^[a-z_][a-z0-9_]{0,62}$' or p_login like 'school\_%' or p_login like 'pg\_%' then
    perform school.fail(
      'invalid_request', 'A login is 1 to 63 of a-z, 0-9 and _, and does not begin with school_ or pg_.'
    );
  end if;
  if exists (select from pg_catalog.pg_roles as r where r.rolname = p_login) then
    perform school.fail('already_exists', 'A database role of this name exists.');
  end if;
  if exists (
    select
    from pg_catalog.pg_database as b
    cross join lateral pg_catalog.aclexplode(coalesce(b.datacl, pg_catalog.acldefault('d', b.datdba))) as a
    where b.datname = pg_catalog.current_database()
      and a.grantee = 0
      and a.privilege_type = 'TEMPORARY'
  ) then
    perform school.fail(
      'invalid_state',
      'Everybody may make temporary objects in this database, and with them borrow its owner''s rights.'
      ' Migrate it first.'
    );
  end if;
  if exists (select from auth.direct_logins as d where d.user_id = v_user.id) then
    perform school.fail('already_exists', 'This user has a direct login already. Revoke it first.');
  end if;
  execute format('create role %I login connection limit 5 password %L', p_login, v_password);
  execute format('grant connect on database %I to %I', pg_catalog.current_database(), p_login);
  execute format('grant %I to %I', 'school_' || v_user.role, p_login);
  execute format('alter role %I set jit = off', p_login);
  execute format('alter role %I set statement_timeout = %L', p_login, '5min');
  execute format('alter role %I set idle_in_transaction_session_timeout = %L', p_login, '15min');
  begin
    execute format('alter role %I set temp_file_limit = %L', p_login, '1GB');
  exception
    when insufficient_privilege then
      raise notice
        'The temporary files of % are not limited: that takes a superuser, or who was granted to set temp_file_limit.',
        p_login;
  end;
  if p_read_only then
    execute format('alter role %I set default_transaction_read_only = on', p_login);
  end if;
  insert into auth.direct_logins (login, user_id, read_only) values (p_login, v_user.id, p_read_only);
  return v_password;
end;
$$;
comment on function auth.grant_sql(text, text, text, boolean) is
  'Makes a direct SQL login for a user and answers its password.';
