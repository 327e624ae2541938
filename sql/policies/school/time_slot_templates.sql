create policy owner_all on school.time_slot_templates for all to school_owner using (true) with check (true);

create policy select_everybody on school.time_slot_templates
  for select to school_admin, school_staff, school_teacher, school_student
  using ((select auth.user_id()) is not null);
comment on policy select_everybody on school.time_slot_templates is 'Everybody of the school sees every time slot.';
create policy select_analyst on school.time_slot_templates for select to school_analyst
  using ((select auth.is_nobody()));
comment on policy select_analyst on school.time_slot_templates is
  'Analysts see every time slot under a login that stands for no person.';
create policy insert_admin on school.time_slot_templates for insert to school_admin
  with check ((select auth.is_admin()));
create policy update_admin on school.time_slot_templates for update to school_admin
  using ((select auth.is_admin()))
  with check ((select auth.is_admin()));
-- no delete: soft-deleted by api.delete_time_slot

grant select on school.time_slot_templates to school_admin, school_staff, school_teacher, school_student;
grant select (id, weekday, start_time, end_time, is_active, deleted_at) on school.time_slot_templates to school_analyst;
grant insert (weekday, start_time, end_time, is_active) on school.time_slot_templates to school_admin;
grant update (weekday, start_time, end_time, is_active, deleted_at) on school.time_slot_templates to school_admin;
