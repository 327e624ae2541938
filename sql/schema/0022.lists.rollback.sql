set local role school_owner;

drop index school.users_disabled_by_name;
drop index school.users_by_search_text;
create index notifications_by_recipient on school.notifications (recipient_user_id, read_at);
drop index school.notifications_unread;
drop table school.admission_sight;
