create policy owner_all on school.school_settings for all to school_owner using (true) with check (true);

create policy select_everybody on school.school_settings
  for select to school_admin, school_staff, school_teacher, school_student
  using ((select auth.user_id()) is not null);
comment on policy select_everybody on school.school_settings is 'Everybody of the school sees its settings.';
create policy update_super_admin on school.school_settings for update to school_super_admin
  using ((select auth.is_super_admin()))
  with check ((select auth.is_super_admin()));
-- no insert, no delete: there is one school

grant select on school.school_settings to school_admin, school_staff, school_teacher, school_student;
grant update (
  school_name, timezone, phone_region, locale, currency, reschedule_notice_hours, reschedules_per_admission,
  reschedule_within_days, waitlist_offer_hours, trials_per_lead, pause_days_per_admission
) on school.school_settings to school_super_admin;
