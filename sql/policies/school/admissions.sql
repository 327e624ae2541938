create policy owner_all on school.admissions for all to school_owner using (true) with check (true);

create policy select_admin on school.admissions for select to school_admin
  using ((select auth.is_admin()));
comment on policy select_admin on school.admissions is 'Admins see every admission.';
create policy select_staff on school.admissions for select to school_staff
  using (lead_owner_id = any (array[(select auth.user_id_as('staff'))]));
comment on policy select_staff on school.admissions is 'Staff see the admissions that came of leads they own.';
create policy select_teacher on school.admissions for select to school_teacher
  using (teacher_ids ? any (array[(select auth.user_id_as('teacher')::text)]));
comment on policy select_teacher on school.admissions is 'Teachers see the admissions of whoever they teach or taught.';
create policy select_student on school.admissions for select to school_student
  using (student_id = any (array[(select auth.user_id_as('student'))]));
comment on policy select_student on school.admissions is 'Students see their own admissions.';
create policy select_analyst on school.admissions for select to school_analyst
  using ((select auth.is_nobody()));
comment on policy select_analyst on school.admissions is
  'Analysts see every admission under a login that stands for no person.';
-- no insert, update, delete: functions write them

grant select on school.admissions to school_admin, school_staff, school_teacher, school_student;
grant select (
  id, lead_id, student_id, course_id, course_plan_id, renewed_from_id, start_date, total_classes, price, status,
  lead_owner_id, created_by, created_at
) on school.admissions to school_analyst;
