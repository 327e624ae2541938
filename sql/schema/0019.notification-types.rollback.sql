alter table jobs.lease rename constraint there_is_one_lease to there_is_one_leader;
alter table jobs.lease rename constraint lease_pkey to leader_pkey;
alter table jobs.lease rename to leader;
comment on table jobs.leader is
'The process that runs the schedule where pg_cron does not, for as long as it renews its lease.';
alter table school.notification_events drop constraint type_is_one_of_those_there_are;
drop index school.notification_events_by_type;
drop table school.notification_types;
