create policy owner_all on school.webhook_endpoints for all to school_owner using (true) with check (true);

create policy select_admin on school.webhook_endpoints for select to school_admin
  using ((select auth.is_admin()));
comment on policy select_admin on school.webhook_endpoints is 'Admins see every webhook.';
-- no insert, update, delete: functions write, for super_admins

-- everything but the secret
grant select (
  id, url, event_types, is_active, created_at, updated_at, version
) on school.webhook_endpoints to school_admin;
