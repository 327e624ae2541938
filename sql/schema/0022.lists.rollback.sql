set local role school_owner;

drop index school.users_disabled_by_name;
drop index school.users_by_search_text;
drop index school.notifications_unread;
drop table school.admission_sight;
