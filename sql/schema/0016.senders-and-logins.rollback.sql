-- A dead e-mail has lost its text, and must have one again.
drop index school.deliveries_by_age;
alter table school.deliveries drop column retried_at;
alter table school.deliveries drop constraint email_has_a_text_while_it_waits;
alter table school.deliveries no force row level security;
update school.deliveries set body = '' where kind = 'email' and status = 'dead' and body is null;
alter table school.deliveries force row level security;
alter table school.deliveries
  add constraint email_has_a_text_until_it_is_sent check (kind <> 'email' or (status = 'sent') = (body is null));
alter table auth.direct_logins drop column read_only;
alter table school.notifications drop column snapshot;

-- The role stays while another database of this cluster depends on it. Who may connect is as before, too.
do $$
begin
  execute format('grant connect on database %I to public', current_database());
  execute format('revoke connect on database %I from school_gateway, school_sender, school_jobs', current_database());
  revoke usage on schema jobs from school_sender;
  if not exists (
    select
    from pg_catalog.pg_shdepend as d
    join pg_catalog.pg_roles as r on r.oid = d.refobjid
    where d.refclassid = 'pg_catalog.pg_authid'::regclass
      and r.rolname = 'school_sender'
  ) then
    drop role school_sender;
  end if;
end
$$;
