set local role school_owner;

alter table school.users drop column dates_changed_at;
