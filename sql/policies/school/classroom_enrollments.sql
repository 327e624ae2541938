-- Seen by who sees the admission (its own policies decide).
create policy owner_all on school.classroom_enrollments for all to school_owner using (true) with check (true);

create policy select_admin on school.classroom_enrollments for select to school_admin
  using ((select auth.is_admin()));
comment on policy select_admin on school.classroom_enrollments is 'Admins see every seat that is taken.';
create policy select_as_admission on school.classroom_enrollments
  for select to school_staff, school_teacher, school_student
  using (exists (select from school.admissions as a where a.id = admission_id));
comment on policy select_as_admission on school.classroom_enrollments is
  'Staff, teachers and students see the seats of the admissions that they see.';
create policy select_analyst on school.classroom_enrollments for select to school_analyst
  using ((select auth.is_nobody()));
comment on policy select_analyst on school.classroom_enrollments is
  'Analysts see every seat that is taken under a login that stands for no person.';
-- no insert, update, delete: functions write them

grant select on school.classroom_enrollments to school_admin, school_staff, school_teacher, school_student;
grant select on school.classroom_enrollments to school_analyst;
