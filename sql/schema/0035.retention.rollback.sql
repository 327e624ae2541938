drop index school.admission_payment_history_by_age;
drop index school.attendance_history_by_age;
drop index school.lead_audit_events_by_age;
drop index school.notifications_by_reading;
drop table jobs.retention;
alter table jobs.schedule no force row level security;
update jobs.schedule
set description = 'Removes ended sessions, spent tokens, old counters and idempotency keys.'
where name = 'purge';
alter table jobs.schedule force row level security;
