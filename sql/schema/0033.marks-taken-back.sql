-- A mark can be taken back: then nobody made it.
set local role school_owner;

alter table school.attendance
  add constraint who_is_scheduled_is_not_marked check (status <> 'scheduled' or marked_by is null);
