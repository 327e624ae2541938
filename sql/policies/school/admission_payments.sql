create policy owner_all on school.admission_payments for all to school_owner using (true) with check (true);

create policy select_admin on school.admission_payments for select to school_admin
  using ((select auth.is_admin()));
comment on policy select_admin on school.admission_payments is 'Admins see every payment.';
create policy select_staff on school.admission_payments for select to school_staff
  using (lead_owner_id = any (array[(select auth.user_id_as('staff'))]));
comment on policy select_staff on school.admission_payments is
  'Staff see the payments of admissions that came of leads they own.';
create policy select_student on school.admission_payments for select to school_student
  using (student_id = any (array[(select auth.user_id_as('student'))]));
comment on policy select_student on school.admission_payments is 'Students see the payments of their own admissions.';
create policy select_analyst on school.admission_payments for select to school_analyst
  using ((select auth.is_nobody()));
comment on policy select_analyst on school.admission_payments is
  'Analysts see every payment under a login that stands for no person.';
-- no select for teachers: they see no row, but the wire view of admissions and the reporting views, which they read,
-- name this table
-- no insert, update, delete: functions write them

grant select on school.admission_payments to school_admin, school_staff, school_student;
grant select (
  id, admission_id, status, due_on, paid_on, updated_at
) on school.admission_payments to school_analyst, school_teacher;
