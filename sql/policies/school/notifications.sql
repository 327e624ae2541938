create policy owner_all on school.notifications for all to school_owner using (true) with check (true);

create policy select_own on school.notifications
  for select to school_admin, school_staff, school_teacher, school_student
  using (recipient_user_id = any (array[(select auth.user_id())]));
comment on policy select_own on school.notifications is 'Everybody sees the notifications that are for them.';
create policy update_own on school.notifications
  for update to school_admin, school_staff, school_teacher, school_student
  using (recipient_user_id = any (array[(select auth.user_id())]))
  with check (recipient_user_id = any (array[(select auth.user_id())]));
-- no insert, no delete: they are derived from the events

grant select on school.notifications to school_admin, school_staff, school_teacher, school_student;
grant update (read_at) on school.notifications to school_admin, school_staff, school_teacher, school_student;
