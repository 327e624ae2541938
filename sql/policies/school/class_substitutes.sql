create policy owner_all on school.class_substitutes for all to school_owner using (true) with check (true);

create policy select_everybody on school.class_substitutes
  for select to school_admin, school_staff, school_teacher, school_student
  using ((select auth.user_id()) is not null);
create policy select_analyst on school.class_substitutes for select to school_analyst
  using ((select auth.is_nobody()));
-- no insert, update, delete: they move classes, so functions write them

grant select on school.class_substitutes to school_admin, school_staff, school_teacher, school_student, school_analyst;
