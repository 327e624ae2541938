-- What delivering notices and running jobs needs: an order that readers can follow while writers are at it, a lease for
-- the one process that runs the schedule, and the events that a job has made already.
set local role school_owner;

alter table school.notifications add column transaction_id xid8 not null default pg_current_xact_id();
comment on column school.notifications.transaction_id is
'The transaction that made the notice. Notices are streamed in the order (transaction_id, sequence), and only those of transactions older than any still running, so that none is overtaken.';
create index notifications_in_stream_order on school.notifications (recipient_user_id, transaction_id, sequence);
create index notification_events_by_day on school.notification_events (day, sequence);

-- A run that fails leaves no row: it is rolled back, and its error is the caller's to log.
alter table jobs.runs drop column error;

create table jobs.leader (
  is_the_only_row boolean primary key default true,
  holder uuid not null,
  expires_at timestamptz not null,
  constraint there_is_one_leader check (is_the_only_row)
);
comment on table jobs.leader is 'The process that runs the schedule where pg_cron does not, for as long as it renews its lease.';
alter table jobs.leader enable row level security, force row level security;
