create policy owner_all on school.attendance for all to school_owner using (true) with check (true);

create policy select_admin on school.attendance for select to school_admin
  using ((select auth.is_admin()));
create policy select_staff on school.attendance for select to school_staff
  using (lead_owner_id = any (array[(select auth.user_id_as('staff'))]));
create policy select_teacher on school.attendance for select to school_teacher
  using (teacher_id = any (array[(select auth.user_id_as('teacher'))]));
create policy select_student on school.attendance for select to school_student
  using (student_id = any (array[(select auth.user_id_as('student'))]));
create policy select_analyst on school.attendance for select to school_analyst
  using ((select auth.is_nobody()));
-- no insert, update, delete: functions write them

grant select on school.attendance to school_admin, school_staff, school_teacher, school_student;
grant select (
  id, admission_id, student_id, classroom_slot_id, teacher_id, class_date, start_time, end_time, status,
  original_class_date, absence_announced_at, created_at
) on school.attendance to school_analyst;
