-- What leaves the school: e-mail to people and webhooks to other systems, from one outbox.
set local role school_owner;

create table school.mail_templates (
  type text not null,
  locale text not null,
  subject text not null,
  body text not null,
  primary key (type, locale),
  constraint type_is_short check (type ~ '^[a-z_]+(\.[a-z0-9_]+)?$' and length(type) <= 60),
  constraint locale_is_a_language_tag check (locale ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$' and length(locale) <= 35),
  constraint subject_is_a_line check (btrim(subject) <> '' and length(subject) <= 200 and subject !~ '[[:cntrl:]]'),
  constraint body_is_not_blank check (btrim(body) <> '' and length(body) <= 20000)
);
comment on table school.mail_templates is
'The texts of e-mails, plain, by type and language. {recipientName} stands for the recipient, {schoolName} for the school, {day}, {title} and {body} for a notice''s own, {token} and {expiresAt} for an activation''s, and every member of an event''s payload for itself. A translation is another row; type notice serves types without one of their own.';

insert into school.mail_templates (type, locale, subject, body)
select
  t.type,
  'en',
  t.subject,
  format(
    e'Hello {recipientName},\n\n%s\n\n{schoolName}\n\nYou get this e-mail because notices are sent to you by e-mail. You can turn that off in your settings.\n',
    t.body
  )
from (
  values
    ('notice', '{title}', e'{title}\n{body}'),
    ('lead.assigned', 'A lead is yours: {leadName}', 'The lead {leadName} is now in your hands.'),
    ('reschedule.requested', 'A class is to be moved: {studentName}', '{studentName} asks to move a class of {courseName} from {fromDate} to {toDate}.'),
    ('reschedule.approved', 'A class was moved: {courseName}', 'The class of {studentName} in {courseName} was moved from {fromDate} to {toDate}.'),
    ('reschedule.rejected', 'A class was not moved: {courseName}', 'The class of {studentName} in {courseName} stays on {fromDate}; it was not moved to {toDate}.'),
    ('admission.created', 'New admission: {studentName}, {courseName}', '{studentName} was admitted to {courseName}.'),
    ('admission.blocked', 'Admission blocked: {studentName}, {courseName}', e'The admission of {studentName} to {courseName} was blocked.\n{reason}'),
    ('admission.unblocked', 'Admission unblocked: {studentName}, {courseName}', e'The admission of {studentName} to {courseName} goes on.\n{reason}'),
    ('admission.cancelled', 'Admission cancelled: {studentName}, {courseName}', e'The admission of {studentName} to {courseName} was cancelled.\n{reason}'),
    ('admission.refused', 'Admission refused: a class is full', e'An admission was refused because a class is full.\n{body}'),
    ('access.requested', 'Somebody asks to be let in: {name}', 'There is a new access request: {body}.'),
    ('follow_up.due', 'Follow-up due: {leadName}', 'The follow-up of {leadName} was due on {day}.'),
    ('classes.remaining_4', 'Few classes left: {studentName}, {courseName}', '{studentName} has {remaining} classes of {courseName} left.'),
    ('classes.remaining_0', 'No classes left: {studentName}, {courseName}', '{studentName} has no classes of {courseName} left.')
) as t (type, subject, body);

insert into school.mail_templates (type, locale, subject, body)
values
  (
    'account.activation',
    'en',
    '{schoolName}: set your password',
    e'Hello {recipientName},\n\nthere is an account for you at {schoolName}. Set a password with this activation token, once, until {expiresAt}:\n\n{token}\n\nIf you do not expect this e-mail, leave it be.\n\n{schoolName}\n'
  ),
  (
    'access.approved',
    'en',
    '{schoolName}: you are let in',
    e'Hello {recipientName},\n\nyour request for access to {schoolName} was approved. Set a password with this activation token, once, until {expiresAt}:\n\n{token}\n\nIf you did not ask, leave it be.\n\n{schoolName}\n'
  );

create table school.webhook_endpoints (
  id uuid primary key default gen_random_uuid(),
  url text not null,
  secret text not null,
  event_types text[],
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version bigint not null default 1,
  constraint url_is_http check (url ~ '^https?://[^[:space:]/?#@\\]+([/?#][^[:space:]]*)?$' and length(url) <= 2000),
  constraint secret_is_long check (length(secret) between 32 and 200),
  constraint event_types_are_some check (cardinality(event_types) between 1 and 50)
);
comment on table school.webhook_endpoints is 'Systems of integrators that are told of events.';
comment on column school.webhook_endpoints.secret is 'The key of the signatures; shown once, when it is made, and readable by nobody.';
comment on column school.webhook_endpoints.event_types is 'The types it is told of; null for all of them.';
create index webhook_endpoints_by_age on school.webhook_endpoints (created_at, id);

create table school.deliveries (
  id uuid primary key default gen_random_uuid(),
  sequence bigint not null generated always as identity,
  kind text not null,
  type text not null,
  event_id uuid references school.notification_events (id) on delete restrict,
  entity_id uuid not null,
  recipient_user_id uuid references school.users (id) on delete restrict,
  activation_token_hash bytea references auth.activation_tokens (token_hash) on delete cascade,
  endpoint_id uuid references school.webhook_endpoints (id) on delete cascade,
  address text not null,
  subject text,
  body text,
  status text not null default 'pending',
  attempts integer not null default 0,
  next_attempt_at timestamptz not null default now(),
  last_error text,
  created_at timestamptz not null default now(),
  sent_at timestamptz,
  constraint one_email_per_event_and_recipient unique (event_id, recipient_user_id),
  constraint kind_is_known check (kind in ('email', 'webhook')),
  constraint status_is_known check (status in ('pending', 'sent', 'dead')),
  constraint email_goes_to_a_person check ((kind = 'email') = (recipient_user_id is not null)),
  constraint webhook_goes_to_an_endpoint check ((kind = 'webhook') = (endpoint_id is not null)),
  constraint webhook_tells_of_an_event check (kind <> 'webhook' or (event_id is not null and body is null)),
  constraint email_has_a_text_until_it_is_sent check (kind <> 'email' or (status = 'sent') = (body is null)),
  constraint token_goes_with_the_text check (body is not null or activation_token_hash is null),
  constraint sent_is_stamped check ((status = 'sent') = (sent_at is not null)),
  constraint attempts_are_counted check (attempts >= 0),
  constraint error_is_short check (length(last_error) <= 500)
);
comment on table school.deliveries is
'The outbox: what is to be sent, written in the transaction of its cause, and what became of it. Sent at least once; a sender that ends in between is made up for.';
comment on column school.deliveries.entity_id is 'What it speaks of: an endpoint hears of one entity in the order of sequence.';
comment on column school.deliveries.activation_token_hash is 'An invitation goes with its token: with a token that is spent, replaced or past the e-mail not yet sent goes, too.';
comment on column school.deliveries.body is 'The text of an e-mail until it is sent, readable by nobody; a webhook''s is made of its event.';
comment on column school.deliveries.next_attempt_at is 'When it may be tried next; while it is being sent, when that is held to have failed.';
create unique index deliveries_in_order on school.deliveries (sequence);
create index deliveries_by_status on school.deliveries (status, kind, sequence);
create index deliveries_waiting on school.deliveries (kind, next_attempt_at, sequence) where status = 'pending';
create index deliveries_waiting_by_endpoint on school.deliveries (endpoint_id, next_attempt_at, sequence) where status = 'pending';
create index deliveries_by_recipient on school.deliveries (recipient_user_id) where recipient_user_id is not null;
create index deliveries_by_activation_token on school.deliveries (activation_token_hash) where activation_token_hash is not null;
create index deliveries_by_endpoint on school.deliveries (endpoint_id, entity_id, sequence) where endpoint_id is not null;

alter table school.mail_templates enable row level security, force row level security;
alter table school.webhook_endpoints enable row level security, force row level security;
alter table school.deliveries enable row level security, force row level security;
