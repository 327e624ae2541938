create policy owner_all on school.school_closures for all to school_owner using (true) with check (true);

create policy select_everybody on school.school_closures
  for select to school_admin, school_staff, school_teacher, school_student
  using ((select auth.user_id()) is not null);
comment on policy select_everybody on school.school_closures is 'Everybody of the school sees every closure.';
create policy select_analyst on school.school_closures for select to school_analyst
  using ((select auth.is_nobody()));
comment on policy select_analyst on school.school_closures is
  'Analysts see every closure under a login that stands for no person.';
-- no insert, update, delete: they move classes, so functions write them

grant select on school.school_closures to school_admin, school_staff, school_teacher, school_student, school_analyst;
