create policy owner_all on school.lead_stages for all to school_owner using (true) with check (true);

create policy select_office on school.lead_stages for select to school_admin, school_staff, school_teacher
  using ((select auth.user_id()) is not null);
comment on policy select_office on school.lead_stages is 'Admins, staff and teachers see every stage.';
create policy select_analyst on school.lead_stages for select to school_analyst
  using ((select auth.is_nobody()));
comment on policy select_analyst on school.lead_stages is
  'Analysts see every stage under a login that stands for no person.';
create policy insert_admin on school.lead_stages for insert to school_admin
  with check ((select auth.is_admin()));
create policy update_admin on school.lead_stages for update to school_admin
  using ((select auth.is_admin()))
  with check ((select auth.is_admin()));
-- no select for students: they see no row, but the reporting views, which they read, name this table
-- no delete: soft-deleted by api.delete_lead_stage

grant select on school.lead_stages to school_admin, school_staff, school_teacher;
grant select (id, name, position, kind, deleted_at) on school.lead_stages to school_analyst, school_student;
grant insert (name, position, kind) on school.lead_stages to school_admin;
grant update (name, position, kind, deleted_at) on school.lead_stages to school_admin;
