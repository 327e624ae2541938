create policy owner_all on school.waitlist_entries for all to school_owner using (true) with check (true);

create policy select_admin on school.waitlist_entries for select to school_admin
  using ((select auth.is_admin()));
comment on policy select_admin on school.waitlist_entries is 'Admins see everybody who waits.';
create policy select_staff on school.waitlist_entries for select to school_staff
  using (lead_owner_id = any (array[(select auth.user_id_as('staff'))]));
comment on policy select_staff on school.waitlist_entries is
  'Staff see the entries of the waiting list for leads that they own.';
create policy select_student on school.waitlist_entries for select to school_student
  using (student_id = any (array[(select auth.user_id_as('student'))]));
comment on policy select_student on school.waitlist_entries is 'Students see their own entries of the waiting list.';
create policy select_analyst on school.waitlist_entries for select to school_analyst
  using ((select auth.is_nobody()));
comment on policy select_analyst on school.waitlist_entries is
  'Analysts see everybody who waits under a login that stands for no person.';
-- no select for teachers: they see no row, but the reporting views, which they read, name this table
-- no insert, update, delete: they hold seats, so functions write them

grant select on school.waitlist_entries to school_admin, school_staff, school_student;
grant select (
  id, sequence, lead_id, student_id, course_id, course_plan_id, teacher_id, classes_per_week, status, put_first_at,
  offer_expires_at, ended_at, admission_id, created_at
) on school.waitlist_entries to school_analyst, school_teacher;
