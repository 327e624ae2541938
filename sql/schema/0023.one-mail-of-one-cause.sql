-- One e-mail tells of all that one cause has for a person, and e-mails about events are written when they are sent.
set local role school_owner;

-- What waits for one person from one transaction becomes one e-mail, the first, and waits without a text. The policies
-- may be away with the code layer, so the owner looks past them.
alter table school.deliveries no force row level security;
alter table school.notifications no force row level security;
with waiting as (
  select
    d.id,
    row_number() over (
      partition by n.recipient_user_id, n.transaction_id, n.created_at
      order by d.sequence
    ) as place
  from school.deliveries as d
  join school.notifications as n on n.event_id = d.event_id and n.recipient_user_id = d.recipient_user_id
  where d.status = 'pending'
)
delete from school.deliveries as d
using waiting as w
where d.id = w.id
  and w.place > 1;
alter table school.deliveries drop constraint email_has_a_text_while_it_waits;
update school.deliveries set body = null where kind = 'email' and event_id is not null and body is not null;
alter table school.notifications force row level security;
alter table school.deliveries force row level security;
alter table school.deliveries add constraint invitation_has_a_text_while_it_waits
  check (kind <> 'email' or (event_id is null and status = 'pending') = (body is not null));
comment on column school.deliveries.event_id is
  'What it tells of. An e-mail tells of all that the transaction of this event made for its recipient.';
comment on column school.deliveries.subject is
  'The subject of an e-mail; that of one about an event is made when it is sent first.';
comment on column school.deliveries.body is
  'The text of an invitation while it waits, readable by nobody; other texts are made when they are sent.';

alter table school.mail_templates no force row level security;
insert into school.mail_templates (type, locale, subject, body)
values (
  'notices',
  'en',
  '{title}, and {others} more',
  e'Hello {recipientName},\n\nthere are {count} notices for you:\n\n{lines}\n\n{schoolName}\n\nYou get this e-mail because notices are sent to you by e-mail. You can turn that off in your settings.\n'
);
alter table school.mail_templates force row level security;
comment on table school.mail_templates is
'The texts of e-mails, plain, by type and language. {recipientName} stands for the recipient, {schoolName} for the school, {day}, {title} and {body} for a notice''s own, {token} and {expiresAt} for an activation''s, and every member of an event''s payload for itself. A translation is another row; type notice serves types without one of their own. Type notices tells of several: {title} is that of the first, {others} how many there are besides, {count} all of them, {lines} a line for each.';
