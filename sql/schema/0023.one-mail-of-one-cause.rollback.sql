-- An e-mail that waits must have a text again: the words of its notification.
set local role school_owner;

alter table school.mail_templates no force row level security;
delete from school.mail_templates where type = 'notices';
alter table school.mail_templates force row level security;
comment on table school.mail_templates is
'The texts of e-mails, plain, by type and language. {recipientName} stands for the recipient, {schoolName} for the school, {day}, {title} and {body} for a notice''s own, {token} and {expiresAt} for an activation''s, and every member of an event''s payload for itself. A translation is another row; type notice serves types without one of their own.';

alter table school.deliveries drop constraint invitation_has_a_text_while_it_waits;
alter table school.deliveries no force row level security;
alter table school.notifications no force row level security;
update school.deliveries as d
set subject = n.title, body = n.title || e'\n' || n.body
from school.notifications as n
where n.event_id = d.event_id
  and n.recipient_user_id = d.recipient_user_id
  and d.kind = 'email'
  and d.status = 'pending';
delete from school.deliveries where kind = 'email' and status = 'pending' and body is null;
alter table school.notifications force row level security;
alter table school.deliveries force row level security;
alter table school.deliveries
  add constraint email_has_a_text_while_it_waits check (kind <> 'email' or (status = 'pending') = (body is not null));
comment on column school.deliveries.event_id is null;
comment on column school.deliveries.subject is null;
comment on column school.deliveries.body is 'The text of an e-mail while it waits, readable by nobody; a webhook''s is made of its event.';
