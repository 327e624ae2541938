create policy owner_all on school.notification_events for all to school_owner using (true) with check (true);

create policy select_admin on school.notification_events for select to school_admin
  using ((select auth.is_admin()));
comment on policy select_admin on school.notification_events is 'Admins see every event.';
-- no insert, update, delete: school.emit appends, nobody changes

grant select on school.notification_events to school_admin;
