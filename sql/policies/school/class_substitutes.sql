create policy owner_all on school.class_substitutes for all to school_owner using (true) with check (true);

create policy select_everybody on school.class_substitutes
  for select to school_admin, school_staff, school_teacher, school_student
  using ((select auth.user_id()) is not null);
comment on policy select_everybody on school.class_substitutes is
  'Everybody of the school sees who stands in for a teacher.';
create policy select_analyst on school.class_substitutes for select to school_analyst
  using ((select auth.is_nobody()));
comment on policy select_analyst on school.class_substitutes is
  'Analysts see every substitute under a login that stands for no person.';
-- no insert, update, delete: they move classes, so functions write them

grant select on school.class_substitutes to school_admin, school_staff, school_teacher, school_student, school_analyst;
