create policy owner_all on school.classroom_enrollments for all to school_owner using (true) with check (true);

create policy select_admin on school.classroom_enrollments for select to school_admin
  using ((select auth.is_admin()));
create policy select_staff on school.classroom_enrollments for select to school_staff
  using (admission_id = any ((select school.admission_ids_of_staff())::uuid[]));
create policy select_teacher on school.classroom_enrollments for select to school_teacher
  using (admission_id = any ((select school.admission_ids_of_teacher())::uuid[]));
create policy select_student on school.classroom_enrollments for select to school_student
  using (student_id = (select auth.user_id_as('student')));
create policy select_analyst on school.classroom_enrollments for select to school_analyst
  using (true);
-- no insert, update, delete: functions write them

grant select on school.classroom_enrollments to school_admin, school_staff, school_teacher, school_student;
grant select on school.classroom_enrollments to school_analyst;
