create view api.notification
with (security_invoker = true)
as
select
  n.id,
  n.type,
  n.entity_type as "entityType",
  n.entity_id as "entityId",
  n.day,
  n.title,
  n.body,
  n.payload::api.free_object as payload,
  n.read_at as "readAt",
  n.created_at as "createdAt",
  n.sequence
from school.notifications as n
where n.recipient_user_id = (select auth.user_id());
comment on view api.notification is 'A notification of the caller.';
comment on column api.notification.day is 'The business day of what happened.';
comment on column api.notification.sequence is 'The id of the notification in the stream of events.';
grant select on api.notification to school_admin, school_staff, school_teacher, school_student;
