-- Seen by who sees the admission (its own policies decide).
create policy owner_all on school.classroom_enrollments for all to school_owner using (true) with check (true);

create policy select_admin on school.classroom_enrollments for select to school_admin
  using ((select auth.is_admin()));
create policy select_as_admission on school.classroom_enrollments
  for select to school_staff, school_teacher, school_student
  using (exists (select from school.admissions as a where a.id = admission_id));
create policy select_analyst on school.classroom_enrollments for select to school_analyst
  using ((select auth.is_nobody()));
-- no insert, update, delete: functions write them

grant select on school.classroom_enrollments to school_admin, school_staff, school_teacher, school_student;
grant select on school.classroom_enrollments to school_analyst;
