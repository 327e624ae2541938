create policy owner_all on school.operating_days for all to school_owner using (true) with check (true);

create policy select_everybody on school.operating_days
  for select to school_admin, school_staff, school_teacher, school_student
  using ((select auth.user_id()) is not null);
comment on policy select_everybody on school.operating_days is
  'Everybody of the school sees the days on which it is open.';
create policy select_analyst on school.operating_days for select to school_analyst
  using ((select auth.is_nobody()));
comment on policy select_analyst on school.operating_days is
  'Analysts see the days on which the school is open under a login that stands for no person.';
create policy update_admin on school.operating_days for update to school_admin
  using ((select auth.is_admin()))
  with check ((select auth.is_admin()));
-- no insert, no delete: a week has seven days

grant select on school.operating_days to school_admin, school_staff, school_teacher, school_student, school_analyst;
grant update (is_open) on school.operating_days to school_admin;
