create policy owner_all on school.reschedule_requests for all to school_owner using (true) with check (true);

create policy select_admin on school.reschedule_requests for select to school_admin
  using ((select auth.is_admin()));
comment on policy select_admin on school.reschedule_requests is 'Admins see every request to move a class.';
create policy select_staff on school.reschedule_requests for select to school_staff
  using (lead_owner_id = any (array[(select auth.user_id_as('staff'))]));
comment on policy select_staff on school.reschedule_requests is
  'Staff see the requests to move classes of admissions that came of leads they own.';
create policy select_teacher on school.reschedule_requests for select to school_teacher
  using (teacher_ids ? any (array[(select auth.user_id_as('teacher')::text)]));
comment on policy select_teacher on school.reschedule_requests is
  'Teachers see the requests to move a class that they teach.';
create policy select_student on school.reschedule_requests for select to school_student
  using (student_id = any (array[(select auth.user_id_as('student'))]));
comment on policy select_student on school.reschedule_requests is 'Students see their own requests to move a class.';
create policy select_analyst on school.reschedule_requests for select to school_analyst
  using ((select auth.is_nobody()));
comment on policy select_analyst on school.reschedule_requests is
  'Analysts see every request to move a class under a login that stands for no person.';
-- no insert, update, delete: functions write them

grant select on school.reschedule_requests to school_admin, school_staff, school_teacher, school_student;
grant select (
  id, original_attendance_id, admission_id, student_id, source_class_date, source_classroom_slot_id, class_date,
  classroom_slot_id, status, is_school_caused, is_override, requested_by, decided_by, decided_at, created_at
) on school.reschedule_requests to school_analyst;
