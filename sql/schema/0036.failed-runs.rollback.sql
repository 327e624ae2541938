alter table jobs.lease no force row level security;
delete from jobs.lease where work <> 'jobs';
alter table jobs.lease force row level security;
alter table jobs.lease drop column work;
alter table jobs.lease add column is_the_only_row boolean not null default true;
alter table jobs.lease add constraint lease_pkey primary key (is_the_only_row);
alter table jobs.lease add constraint there_is_one_lease check (is_the_only_row);
comment on table jobs.lease is
'Which process runs the schedule where pg_cron does not, for as long as it renews its lease.';
alter table jobs.schedule drop column failures;
alter table jobs.runs no force row level security;
delete from jobs.runs where error is not null;
alter table jobs.runs force row level security;
drop index jobs.runs_that_succeeded;
drop index jobs.runs_that_failed;
alter table jobs.runs drop column error;
