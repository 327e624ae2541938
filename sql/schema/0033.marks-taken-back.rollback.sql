alter table school.attendance drop constraint who_is_scheduled_is_not_marked;
