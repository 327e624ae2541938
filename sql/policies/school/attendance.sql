create policy owner_all on school.attendance for all to school_owner using (true) with check (true);

create policy select_admin on school.attendance for select to school_admin
  using ((select auth.is_admin()));
comment on policy select_admin on school.attendance is 'Admins see every dated class.';
create policy select_staff on school.attendance for select to school_staff
  using (lead_owner_id = any (array[(select auth.user_id_as('staff'))]));
comment on policy select_staff on school.attendance is
  'Staff see the dated classes of admissions that came of leads they own.';
create policy select_teacher on school.attendance for select to school_teacher
  using (teacher_id = any (array[(select auth.user_id_as('teacher'))]));
comment on policy select_teacher on school.attendance is 'Teachers see the dated classes that they teach.';
create policy select_student on school.attendance for select to school_student
  using (student_id = any (array[(select auth.user_id_as('student'))]));
comment on policy select_student on school.attendance is 'Students see their own dated classes.';
create policy select_analyst on school.attendance for select to school_analyst
  using ((select auth.is_nobody()));
comment on policy select_analyst on school.attendance is
  'Analysts see every dated class under a login that stands for no person.';
-- no insert, update, delete: functions write them

grant select on school.attendance to school_admin, school_staff, school_teacher, school_student;
grant select (
  id, admission_id, student_id, classroom_slot_id, teacher_id, class_date, start_time, end_time, status,
  original_class_date, absence_announced_at, created_at
) on school.attendance to school_analyst;
