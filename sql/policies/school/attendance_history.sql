-- History is seen by who sees the class (its own policies decide).
create policy owner_all on school.attendance_history for all to school_owner using (true) with check (true);

create policy select_admin on school.attendance_history for select to school_admin
  using ((select auth.is_admin()));
comment on policy select_admin on school.attendance_history is 'Admins see every change of a dated class.';
create policy select_as_class on school.attendance_history for select to school_staff, school_teacher, school_student
  using (exists (select from school.attendance as b where b.id = attendance_id));
comment on policy select_as_class on school.attendance_history is
  'Staff, teachers and students see the changes of the dated classes that they see.';
-- no insert, update, delete: functions append, nobody changes

grant select on school.attendance_history to school_admin, school_staff, school_teacher, school_student;
