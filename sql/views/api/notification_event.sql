create view api.notification_event
with (security_invoker = true)
as
select
  e.id,
  e.type,
  e.entity_type as "entityType",
  e.entity_id as "entityId",
  e.actor_user_id as "actorUserId",
  row(e.actor_user_id, u.card ->> 'name')::api.actor_ref as "actorUser",
  e.payload::api.free_object as payload,
  e.day,
  e.created_at as "createdAt",
  e.sequence
from school.notification_events as e
left join school.users as u on u.id = e.actor_user_id;
comment on view api.notification_event is 'What happened, as notifications are derived from it.';
grant select on api.notification_event to school_admin;
