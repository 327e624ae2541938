-- What there is to tell is data: a type of event is a row, with whom it concerns and how it is told. The lease of the
-- schedule is called what it is.
set local role school_owner;

create table school.notification_types (
  type text primary key,
  sequence integer not null generated always as identity,
  entity_types text[] not null,
  recipients text[] not null,
  title text not null,
  body text not null,
  is_scheduled boolean not null default false,
  may_be_muted boolean not null default true,
  is_mailed boolean not null default true,
  is_for_webhooks boolean not null default true,
  constraint type_is_dotted check (type ~ '^[a-z_]+\.[a-z0-9_]+$' and length(type) <= 60),
  constraint it_is_about_something check (cardinality(entity_types) > 0),
  constraint recipients_are_rules_or_members check (
    array_to_string(recipients, ' ', '?')
    ~ '^((admins|admins_when_unowned|lead_owner|admission_student|slot_teachers|\{[A-Za-z]+\})( |$))+$'
  ),
  constraint title_is_a_line check (btrim(title) <> '' and length(title) <= 200 and title !~ '[[:cntrl:]]'),
  constraint body_is_short check (length(body) <= 2000)
);
comment on table school.notification_types is
'The types of events: whom each concerns, how it is told, and on which ways. school.emit writes an event of one of them.';
comment on column school.notification_types.sequence is 'Their order on the wire.';
comment on column school.notification_types.entity_types is 'What an event of the type may be about.';
comment on column school.notification_types.recipients is
'Whom it concerns: rules of school.recipients by name, and members of the payload in braces, like {teacherId}, that hold the id of a person or an array of them.';
comment on column school.notification_types.title is
'The template of the title, filled in by school.notification_text.';
comment on column school.notification_types.body is
'The template of the text: {placeholders} stand for members of the payload, for the {day}, and for the message of the first {conflict}; a part in [brackets] is left out when a placeholder in it has no value.';
comment on column school.notification_types.is_scheduled is
'Whether the clock causes it: it is then told to everybody concerned, also to who starts the job.';
comment on column school.notification_types.may_be_muted is
'Whether a person may turn it off (user_settings.muted_notification_types).';
comment on column school.notification_types.is_mailed is 'Whether its notifications are sent by e-mail, too.';
comment on column school.notification_types.is_for_webhooks is 'Whether webhooks are told of it.';

insert into school.notification_types (type, entity_types, recipients, title, body)
values
  ('lead.assigned', '{lead}', '{"{ownerId}", "{assignedTeacherId}"}', 'A lead is yours', '{leadName}'),
  (
    'reschedule.requested', '{reschedule_request}', '{admins, "{teacherId}"}',
    'A class is to be moved', '{studentName}, {courseName}: from {fromDate} to {toDate}'
  ),
  (
    'reschedule.approved', '{reschedule_request}', '{"{teacherId}", "{studentId}"}',
    'A class was moved', '{studentName}, {courseName}: from {fromDate} to {toDate}'
  ),
  (
    'reschedule.rejected', '{reschedule_request}', '{"{teacherId}", "{studentId}"}',
    'A class was not moved', '{studentName}, {courseName}: from {fromDate} to {toDate}'
  ),
  (
    'admission.created', '{admission}', '{admins, admission_student, slot_teachers, lead_owner}',
    'New admission', '{studentName}, {courseName}[, {reason}]'
  ),
  (
    'admission.blocked', '{admission}', '{admins, admission_student, slot_teachers, lead_owner}',
    'Admission blocked', '{studentName}, {courseName}[, {reason}]'
  ),
  (
    'admission.unblocked', '{admission}', '{admins, admission_student, slot_teachers, lead_owner}',
    'Admission unblocked', '{studentName}, {courseName}[, {reason}]'
  ),
  (
    'admission.cancelled', '{admission}', '{admins, admission_student, slot_teachers, lead_owner}',
    'Admission cancelled', '{studentName}, {courseName}[, {reason}]'
  ),
  (
    'admission.refused', '{lead, course}', '{admins, lead_owner}',
    'Admission refused: a class is full', '[{leadName}: ]{conflict}'
  ),
  ('access.requested', '{access_request}', '{admins}', 'Somebody asks to be let in', '{name}, as {role}'),
  ('follow_up.due', '{lead}', '{lead_owner, admins_when_unowned}', 'Follow-up due', '{leadName}, due {day}'),
  (
    'classes.remaining_4', '{admission}', '{admins, admission_student, lead_owner}',
    'Few classes left', '{studentName}, {courseName}: {remaining} left'
  ),
  (
    'classes.remaining_0', '{admission}', '{admins, admission_student, lead_owner}',
    'No classes left', '{studentName}, {courseName}[, {reason}]'
  );
update school.notification_types set may_be_muted = false where type = 'access.requested';
update school.notification_types set is_scheduled = true where type ~ '^(follow_up|classes)\.';

-- A notification has its type from its event.
create index notification_events_by_type on school.notification_events (type, sequence);
alter table school.notification_events
  add constraint type_is_one_of_those_there_are foreign key (type) references school.notification_types (type)
    on delete restrict;

alter table school.notification_types enable row level security, force row level security;

alter table jobs.leader rename to lease;
alter table jobs.lease rename constraint leader_pkey to lease_pkey;
alter table jobs.lease rename constraint there_is_one_leader to there_is_one_lease;
comment on table jobs.lease is
'Which process runs the schedule where pg_cron does not, for as long as it renews its lease.';
