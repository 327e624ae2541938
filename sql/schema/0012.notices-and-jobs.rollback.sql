drop table jobs.leader;
alter table jobs.runs add column error text;
drop index school.notification_events_by_day;
drop index school.notifications_in_stream_order;
alter table school.notifications drop column transaction_id;
