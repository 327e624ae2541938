create policy owner_all on school.classroom_slots for all to school_owner using (true) with check (true);

create policy select_everybody on school.classroom_slots
  for select to school_admin, school_staff, school_teacher, school_student
  using ((select auth.user_id()) is not null);
comment on policy select_everybody on school.classroom_slots is 'Everybody of the school sees every weekly class.';
create policy select_analyst on school.classroom_slots for select to school_analyst
  using ((select auth.is_nobody()));
comment on policy select_analyst on school.classroom_slots is
  'Analysts see every weekly class under a login that stands for no person.';
create policy insert_admin on school.classroom_slots for insert to school_admin
  with check ((select auth.is_admin()));
create policy update_admin on school.classroom_slots for update to school_admin
  using ((select auth.is_admin()))
  with check ((select auth.is_admin()));
-- no delete: soft-deleted by api.delete_classroom_slot

grant select on school.classroom_slots to school_admin, school_staff, school_teacher, school_student;
grant select (
  id, time_slot_id, course_id, teacher_id, capacity, deleted_at
) on school.classroom_slots to school_analyst;
grant insert (time_slot_id, course_id, teacher_id, capacity) on school.classroom_slots to school_admin;
grant update (time_slot_id, course_id, teacher_id, capacity, deleted_at) on school.classroom_slots to school_admin;
