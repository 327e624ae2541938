create policy owner_all on school.courses for all to school_owner using (true) with check (true);

create policy select_everybody on school.courses
  for select to school_admin, school_staff, school_teacher, school_student
  using ((select auth.user_id()) is not null);
comment on policy select_everybody on school.courses is 'Everybody of the school sees every course.';
create policy select_analyst on school.courses for select to school_analyst
  using ((select auth.is_nobody()));
comment on policy select_analyst on school.courses is
  'Analysts see every course under a login that stands for no person.';
create policy insert_admin on school.courses for insert to school_admin
  with check ((select auth.is_admin()));
create policy update_admin on school.courses for update to school_admin
  using ((select auth.is_admin()))
  with check ((select auth.is_admin()));
-- no delete: soft-deleted by api.delete_course

grant select on school.courses to school_admin, school_staff, school_teacher, school_student;
grant select (id, instrument_id, name, deleted_at) on school.courses to school_analyst;
grant insert (instrument_id, name, description) on school.courses to school_admin;
grant update (instrument_id, name, description, deleted_at) on school.courses to school_admin;
