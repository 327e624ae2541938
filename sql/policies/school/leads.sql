-- Who sees which lead; school.lead_sight says the same to functions that run with the owner's rights. A test compares.
create policy owner_all on school.leads for all to school_owner using (true) with check (true);

create policy select_admin on school.leads for select to school_admin
  using ((select auth.is_admin()));
comment on policy select_admin on school.leads is 'Admins see every lead.';
create policy select_staff on school.leads for select to school_staff
  using (deleted_at is null
    and (
      owner_id = any (array[(select auth.user_id_as('staff'))])
      or (owner_id is null and (select auth.user_id_as('staff')) is not null)
    ));
comment on policy select_staff on school.leads is
  'Staff see the leads that are theirs or nobody''s, unless they are deleted.';
create policy select_teacher on school.leads for select to school_teacher
  using (deleted_at is null and assigned_teacher_id = any (array[(select auth.user_id_as('teacher'))]));
comment on policy select_teacher on school.leads is
  'Teachers see the leads that are assigned to them, unless they are deleted.';
create policy select_analyst on school.leads for select to school_analyst
  using ((select auth.is_nobody()));
comment on policy select_analyst on school.leads is 'Analysts see every lead under a login that stands for no person.';

create policy insert_admin on school.leads for insert to school_admin
  with check ((select auth.is_admin()));
create policy insert_staff on school.leads for insert to school_staff
  with check (deleted_at is null and owner_id = (select auth.user_id_as('staff')));
create policy update_admin on school.leads for update to school_admin
  using ((select auth.is_admin()))
  with check ((select auth.is_admin()));
-- What staff change is or becomes theirs: an unowned lead is claimed by the change, nobody else's is touched.
create policy update_staff on school.leads for update to school_staff
  using (deleted_at is null
    and (
      owner_id = any (array[(select auth.user_id_as('staff'))])
      or (owner_id is null and (select auth.user_id_as('staff')) is not null)
    ))
  with check (deleted_at is null and owner_id = (select auth.user_id_as('staff')));
-- no select for students: they see no row, but the reporting views and the wire's, which they read, name this table
-- no update for teachers: they record a demo through a function
-- no delete: leads are soft-deleted by api.delete_lead

grant select on school.leads to school_admin, school_staff, school_teacher;
grant select (
  id, stage_id, owner_id, assigned_teacher_id, area, community, age, expected_budget, number_of_contact_attempts,
  last_contacted_date, next_follow_up, walk_in_date, demo_date, demo_conducted, follow_up_date, follow_up_status,
  source, lost_reason, created_at, deleted_at
) on school.leads to school_analyst, school_student;
grant select (name) on school.leads to school_student;
grant insert (
  stage_id, owner_id, assigned_teacher_id, name, phone, email, area, community, address, guardian_name, age,
  expected_budget, number_of_contact_attempts, last_contacted_date, next_follow_up, walk_in_date, demo_date,
  demo_conducted, follow_up_date, follow_up_status, source, lost_reason
) on school.leads to school_admin, school_staff;
grant update (
  stage_id, owner_id, assigned_teacher_id, name, phone, email, area, community, address, guardian_name, age,
  expected_budget, number_of_contact_attempts, last_contacted_date, next_follow_up, walk_in_date, demo_date,
  demo_conducted, follow_up_date, follow_up_status, source, lost_reason
) on school.leads to school_admin, school_staff;
grant update (deleted_at) on school.leads to school_admin;
