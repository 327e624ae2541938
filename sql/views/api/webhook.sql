create view api.webhook
with (security_invoker = true)
as
select
  w.id,
  w.url,
  w.event_types as "eventTypes",
  w.is_active as "isActive",
  w.created_at as "createdAt",
  w.updated_at as "updatedAt",
  w.version
from school.webhook_endpoints as w;
comment on view api.webhook is 'A system that is told of events.';
comment on column api.webhook."eventTypes" is 'The types it is told of; null for all.';
comment on column api.webhook."isActive" is 'Whether it is told; what waits for one that is not, waits.';
grant select on api.webhook to school_admin;
