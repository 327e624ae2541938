create view api.delivery
with (security_invoker = true)
as
select
  d.id,
  d.kind,
  d.type,
  d.event_id as "eventId",
  d.entity_id as "entityId",
  d.recipient_user_id as "recipientUserId",
  case
    when d.recipient_user_id is not null then row(d.recipient_user_id, u.card ->> 'name')::api.person_ref
  end as "recipientUser",
  d.endpoint_id as "webhookId",
  d.address,
  d.subject,
  d.status,
  d.attempts,
  d.next_attempt_at as "nextAttemptAt",
  d.last_error as "lastError",
  d.created_at as "createdAt",
  d.sent_at as "sentAt",
  d.sequence
from school.deliveries as d
left join school.users as u on u.id = d.recipient_user_id;
comment on view api.delivery is 'An e-mail or webhook: what became of it.';
comment on column api.delivery.kind is 'email or webhook.';
comment on column api.delivery.status is 'pending, sent, or dead when it is not tried again by itself.';
comment on column api.delivery.subject is 'Of an e-mail; null while one about an event has not been tried.';
comment on column api.delivery."recipientUser" is 'Null when it is for nobody who is a user.';
comment on column api.delivery.address is 'The e-mail address or the URL.';
comment on column api.delivery.subject is 'Of an e-mail, from when it is first sent; of an invitation, at once.';
comment on column api.delivery."nextAttemptAt" is 'When a pending one may be tried next.';
comment on column api.delivery."lastError" is 'Why the last attempt failed.';
grant select on api.delivery to school_admin;
