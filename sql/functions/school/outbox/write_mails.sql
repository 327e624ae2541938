-- Everybody who got a notification of a type that is mailed, and can be written to, gets an e-mail, unless they turned
-- e-mails off (preference emailNotifications false), or the one who did it has caused more events than a person does
-- (school.causes_too_much). Notifications that are derived again from an old event are not written about: who they are
-- for was told then.
create or replace function school.write_mails()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  insert into school.deliveries (
    kind, type, event_id, entity_id, recipient_user_id, address, subject, body, next_attempt_at, created_at
  )
  select 'email', n.type, n.event_id, n.entity_id, u.id, u.email, m.subject, m.body, school.clock(), school.clock()
  from made as n
  join school.notification_types as t on t.type = n.type and t.is_mailed
  join school.notification_events as e on e.id = n.event_id
  join school.users as u on u.id = n.recipient_user_id
  left join school.user_settings as s on s.user_id = u.id
  cross join lateral school.notification_mail(n.id) as m
  where u.email is not null
    and u.status = 'active'
    and u.deleted_at is null
    and (s.preferences -> 'emailNotifications') is distinct from 'false'::jsonb
    and n.created_at = (select school.clock())
    and not school.causes_too_much(e.actor_user_id)
  order by n.sequence
  on conflict on constraint one_email_per_event_and_recipient do nothing;
  return null;
end;
$$;
comment on function school.write_mails() is
  'Trigger: notifications are sent by e-mail, too; written into the outbox in their own transaction.';

create or replace trigger write_mails
after insert on school.notifications
referencing new table as made
for each statement
execute function school.write_mails();
