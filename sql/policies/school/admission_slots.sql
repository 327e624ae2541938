-- Seen by who sees the admission (its own policies decide).
create policy owner_all on school.admission_slots for all to school_owner using (true) with check (true);

create policy select_admin on school.admission_slots for select to school_admin
  using ((select auth.is_admin()));
comment on policy select_admin on school.admission_slots is 'Admins see the weekly times of every admission.';
create policy select_as_admission on school.admission_slots for select to school_staff, school_teacher, school_student
  using (exists (select from school.admissions as a where a.id = admission_id));
comment on policy select_as_admission on school.admission_slots is
  'Staff, teachers and students see the weekly times of the admissions that they see.';
create policy select_analyst on school.admission_slots for select to school_analyst
  using ((select auth.is_nobody()));
comment on policy select_analyst on school.admission_slots is
  'Analysts see the weekly times of every admission under a login that stands for no person.';
-- no insert, update, delete: functions write them

grant select on school.admission_slots to school_admin, school_staff, school_teacher, school_student;
grant select on school.admission_slots to school_analyst;
