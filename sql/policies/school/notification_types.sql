create policy owner_all on school.notification_types for all to school_owner using (true) with check (true);

create policy select_admin on school.notification_types for select to school_admin
  using ((select auth.is_admin()));
comment on policy select_admin on school.notification_types is 'Admins see every type of event.';
-- no insert, update, delete: types come with the migrations that emit them

grant select on school.notification_types to school_admin;
