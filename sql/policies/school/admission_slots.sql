-- Seen by who sees the admission (its own policies decide).
create policy owner_all on school.admission_slots for all to school_owner using (true) with check (true);

create policy select_admin on school.admission_slots for select to school_admin
  using ((select auth.is_admin()));
create policy select_as_admission on school.admission_slots for select to school_staff, school_teacher, school_student
  using (exists (select from school.admissions as a where a.id = admission_id));
create policy select_analyst on school.admission_slots for select to school_analyst
  using ((select auth.is_nobody()));
-- no insert, update, delete: functions write them

grant select on school.admission_slots to school_admin, school_staff, school_teacher, school_student;
grant select on school.admission_slots to school_analyst;
