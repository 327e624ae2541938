-- How long what has happened is kept, and the indexes by which its oldest rows are found.
set local role school_owner;

create table jobs.retention (
  kind text primary key,
  days integer,
  at_least integer not null,
  description text not null,
  gone_before timestamptz,
  constraint kind_is_snake_case check (kind ~ '^[a-z][a-z0-9_]{0,62}$'),
  constraint it_is_kept_as_long_as_it_is_needed check (days >= at_least),
  constraint days_are_a_century_at_most check (days <= 36525)
);
comment on table jobs.retention is
'For how many days rows of a kind are kept before jobs.purge removes them; its owner changes it. Null for ever.';
comment on column jobs.retention.at_least is 'The least number of days: what else stands on these rows needs them.';
comment on column jobs.retention.gone_before is 'From then on rows of the kind are whole; null when none was ever removed.';
insert into jobs.retention (kind, days, at_least, description)
values
  ('run', 90, 31, 'Runs of jobs, of each job the last one aside.'),
  ('notification', 365, 30, 'Notifications, from when they were read.'),
  ('access_request', 365, 1, 'Rejected requests for access, from when they were rejected.'),
  ('notification_event', null, 365, 'Events, with their notifications, read or not, once nothing is to be sent of them.'),
  ('lead_audit_event', null, 365, 'The history of leads, moves through the stages aside, which reports read.'),
  ('attendance_history', null, 365, 'The history of classes.'),
  ('admission_payment_history', null, 365, 'The history of payments.');
alter table jobs.retention enable row level security, force row level security;

alter table jobs.schedule no force row level security;
update jobs.schedule
set description = 'Removes what is spent, and what was kept for as long as jobs.retention says.'
where name = 'purge';
alter table jobs.schedule force row level security;

create index notifications_by_reading on school.notifications (read_at) where read_at is not null;
create index lead_audit_events_by_age on school.lead_audit_events (created_at) where field <> 'stageId';
create index attendance_history_by_age on school.attendance_history (created_at);
create index admission_payment_history_by_age on school.admission_payment_history (created_at);
