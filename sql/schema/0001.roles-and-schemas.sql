-- The cluster-wide roles and the five schemas. Runs as a superuser or as a login with CREATEROLE and
-- CREATE on the database; every later migration runs as school_owner.
-- Roles may already serve another database of this cluster, so they are created only when missing.
do $$
declare
  v_role text;
begin
  foreach v_role in array array[
    'school_owner', 'school_super_admin', 'school_admin', 'school_staff', 'school_teacher',
    'school_student', 'school_anonymous', 'school_analyst', 'school_jobs', 'school_gateway'
  ] loop
    if not exists (select from pg_catalog.pg_roles where rolname = v_role) then
      begin
        execute format('create role %I nologin', v_role);
      exception
        when duplicate_object or unique_violation then
          raise notice 'role % was made by another database meanwhile', v_role;
      end;
    end if;
  end loop;
end
$$;

-- The migrating login acts as school_owner from here on; a superuser already may.
do $$
begin
  if not (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
    execute format('grant school_owner to %I', current_user);
  end if;
end
$$;

-- The gateway may only enter: it inherits nothing and takes a role for one transaction.
-- Its defaults bind every statement of a connection, also the one that enters.
alter role school_gateway login noinherit;
alter role school_gateway set statement_timeout = '10s';
alter role school_gateway set lock_timeout = '5s';
alter role school_gateway set idle_in_transaction_session_timeout = '15s';
alter role school_gateway set default_transaction_isolation = 'read committed';
alter role school_gateway set timezone = 'UTC';
alter role school_gateway set datestyle = 'ISO, YMD';

-- A super_admin may do whatever an admin may.
grant school_admin to school_super_admin;
grant school_super_admin, school_admin, school_staff, school_teacher, school_student, school_anonymous
to school_gateway;

create schema school authorization school_owner;
create schema auth authorization school_owner;
create schema jobs authorization school_owner;
create schema api authorization school_owner;
create schema analytics authorization school_owner;

-- Only the global form takes EXECUTE away from PUBLIC; the "in schema" form does nothing.
alter default privileges for role school_owner revoke execute on functions from public;
alter default privileges for role school_owner revoke usage on types from public;

revoke create on schema public from public;
do $$
begin
  execute format('revoke temporary on database %I from public', current_database());
  execute format('grant create on database %I to school_owner', current_database());
end
$$;
