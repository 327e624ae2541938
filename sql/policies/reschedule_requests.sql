-- Staff and teachers see the requests whose class they see (its own policies decide).
create policy owner_all on school.reschedule_requests for all to school_owner using (true) with check (true);

create policy select_admin on school.reschedule_requests for select to school_admin
  using ((select auth.is_admin()));
create policy select_staff on school.reschedule_requests for select to school_staff
  using (exists (select from school.attendance as b where b.id = original_attendance_id));
create policy select_teacher on school.reschedule_requests for select to school_teacher
  using (source_classroom_slot_id = any ((select school.classroom_slot_ids_of_teacher())::uuid[])
    or exists (select from school.attendance as b where b.id = original_attendance_id));
create policy select_student on school.reschedule_requests for select to school_student
  using (student_id = (select auth.user_id_as('student')));
-- no insert, update, delete: functions write them

grant select on school.reschedule_requests to school_admin, school_staff, school_teacher, school_student;
