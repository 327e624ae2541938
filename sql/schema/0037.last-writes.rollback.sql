set local role school_owner;

alter table auth.sessions drop column last_write;
