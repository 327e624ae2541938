create policy owner_all on school.user_settings for all to school_owner using (true) with check (true);

create policy select_own on school.user_settings
  for select to school_admin, school_staff, school_teacher, school_student
  using (user_id = any (array[(select auth.user_id())]));
comment on policy select_own on school.user_settings is 'Everybody sees their own preferences.';
create policy insert_own on school.user_settings
  for insert to school_admin, school_staff, school_teacher, school_student
  with check (user_id = (select auth.user_id()));
create policy update_own on school.user_settings
  for update to school_admin, school_staff, school_teacher, school_student
  using (user_id = any (array[(select auth.user_id())]))
  with check (user_id = any (array[(select auth.user_id())]));
-- no delete: null goes back to the defaults

grant select on school.user_settings to school_admin, school_staff, school_teacher, school_student;
grant insert (
  user_id, locale, timezone, muted_notification_types, preferences
) on school.user_settings to school_admin, school_staff, school_teacher, school_student;
grant update (
  locale, timezone, muted_notification_types, preferences
) on school.user_settings to school_admin, school_staff, school_teacher, school_student;
