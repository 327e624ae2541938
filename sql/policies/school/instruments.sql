create policy owner_all on school.instruments for all to school_owner using (true) with check (true);

create policy select_everybody on school.instruments
  for select to school_admin, school_staff, school_teacher, school_student
  using ((select auth.user_id()) is not null);
comment on policy select_everybody on school.instruments is 'Everybody of the school sees every instrument.';
create policy select_analyst on school.instruments for select to school_analyst
  using ((select auth.is_nobody()));
comment on policy select_analyst on school.instruments is
  'Analysts see every instrument under a login that stands for no person.';
create policy insert_admin on school.instruments for insert to school_admin
  with check ((select auth.is_admin()));
create policy update_admin on school.instruments for update to school_admin
  using ((select auth.is_admin()))
  with check ((select auth.is_admin()));
-- no delete: soft-deleted by api.delete_instrument

grant select on school.instruments to school_admin, school_staff, school_teacher, school_student;
grant select (id, name, deleted_at) on school.instruments to school_analyst;
grant insert (name) on school.instruments to school_admin;
grant update (name, deleted_at) on school.instruments to school_admin;
