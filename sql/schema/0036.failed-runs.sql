-- A job that fails leaves a run with its error, and is counted. The schedule and the outbox have a lease each, so that
-- one process can run the jobs and another send what waits.
set local role school_owner;

alter table jobs.runs add column error text;
alter table jobs.runs add constraint error_is_short check (length(error) <= 500);
alter table jobs.runs add constraint failed_or_made_rows check (error is null or rows_made is null);
comment on column jobs.runs.error is 'Why it failed, without a value of anybody''s row; null when it did not.';
create index runs_that_failed on jobs.runs (name, started_at) where error is not null;
create index runs_that_succeeded on jobs.runs (name, started_at) where error is null;

alter table jobs.schedule add column failures bigint not null default 0;
comment on column jobs.schedule.failures is 'How often it failed, ever.';

alter table jobs.lease drop column is_the_only_row;
alter table jobs.lease add column work text not null default 'jobs';
alter table jobs.lease add constraint lease_pkey primary key (work);
alter table jobs.lease add constraint work_is_known check (work in ('jobs', 'outbox'));
comment on table jobs.lease is
'Which process runs the schedule, where pg_cron does not, and which sends the outbox, for as long as it renews its lease.';
