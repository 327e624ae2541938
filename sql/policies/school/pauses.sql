create policy owner_all on school.pauses for all to school_owner using (true) with check (true);

create policy select_admin on school.pauses for select to school_admin
  using ((select auth.is_admin()));
comment on policy select_admin on school.pauses is 'Admins see every pause.';
create policy select_staff on school.pauses for select to school_staff
  using (lead_owner_id = any (array[(select auth.user_id_as('staff'))]));
comment on policy select_staff on school.pauses is 'Staff see the pauses of admissions that came of leads they own.';
create policy select_student on school.pauses for select to school_student
  using (student_id = any (array[(select auth.user_id_as('student'))]));
comment on policy select_student on school.pauses is 'Students see the pauses of their own admissions.';
create policy select_analyst on school.pauses for select to school_analyst
  using ((select auth.is_nobody()));
comment on policy select_analyst on school.pauses is
  'Analysts see every pause under a login that stands for no person.';
-- no select for teachers: they see the classes that are left
-- no insert, update, delete: functions write them

grant select on school.pauses to school_admin, school_staff, school_student;
grant select (id, admission_id, start_date, end_date, created_at) on school.pauses to school_analyst;
