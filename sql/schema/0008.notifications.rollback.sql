drop table school.notifications;
drop table school.notification_events;
