create policy owner_all on school.trials for all to school_owner using (true) with check (true);

create policy select_admin on school.trials for select to school_admin
  using ((select auth.is_admin()));
comment on policy select_admin on school.trials is 'Admins see every trial class.';
create policy select_staff on school.trials for select to school_staff
  using (lead_owner_id = any (array[(select auth.user_id_as('staff'))]));
comment on policy select_staff on school.trials is 'Staff see the trial classes of leads that they own.';
create policy select_teacher on school.trials for select to school_teacher
  using (teacher_id = any (array[(select auth.user_id_as('teacher'))]));
comment on policy select_teacher on school.trials is 'Teachers see the trial classes in classes that they teach.';
create policy select_analyst on school.trials for select to school_analyst
  using ((select auth.is_nobody()));
comment on policy select_analyst on school.trials is
  'Analysts see every trial class under a login that stands for no person.';
-- no select for students: they see no row, but the reporting views, which they read, name this table
-- no insert, update, delete: they take places, so functions write them

grant select on school.trials to school_admin, school_staff, school_teacher;
grant select (
  id, lead_id, classroom_slot_id, course_id, teacher_id, class_date, start_time, end_time, status, ended_at, created_at
) on school.trials to school_analyst, school_student;
