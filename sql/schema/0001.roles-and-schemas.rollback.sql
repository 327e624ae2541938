-- The roles stay while another database of this cluster depends on them.
drop schema analytics;
drop schema api;
drop schema jobs;
drop schema auth;
drop schema school;

do $$
begin
  execute format('revoke create on database %I from school_owner', current_database());
  execute format('grant temporary on database %I to public', current_database());
end
$$;
alter default privileges for role school_owner grant execute on functions to public;
alter default privileges for role school_owner grant usage on types to public;

do $$
declare
  v_role text;
begin
  foreach v_role in array array[
    'school_gateway', 'school_jobs', 'school_analyst', 'school_anonymous', 'school_student',
    'school_teacher', 'school_staff', 'school_super_admin', 'school_admin', 'school_owner'
  ] loop
    if not exists (
      select
      from pg_catalog.pg_shdepend as d
      join pg_catalog.pg_roles as r on r.oid = d.refobjid
      where d.refclassid = 'pg_catalog.pg_authid'::regclass
        and r.rolname = v_role
    ) and not exists (
      select
      from pg_catalog.pg_auth_members as m
      join pg_catalog.pg_roles as r on r.oid = m.roleid
      join pg_catalog.pg_roles as p on p.oid = m.member
      where r.rolname = v_role
        and p.rolcanlogin
        and p.rolname <> current_user
    ) then
      execute format('drop role if exists %I', v_role);
    end if;
  end loop;
end
$$;
