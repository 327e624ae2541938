-- Seen by who sees the lead, whose keys they carry.
create policy owner_all on school.lead_tags for all to school_owner using (true) with check (true);

create policy select_admin on school.lead_tags for select to school_admin
  using ((select auth.is_admin()));
comment on policy select_admin on school.lead_tags is 'Admins see every tag.';
create policy select_staff on school.lead_tags for select to school_staff
  using (lead_is_live
    and (
      lead_owner_id = any (array[(select auth.user_id_as('staff'))])
      or (lead_owner_id is null and (select auth.user_id_as('staff')) is not null)
    ));
comment on policy select_staff on school.lead_tags is
  'Staff see the tags of leads that are theirs or nobody''s, unless the lead is deleted.';
create policy select_teacher on school.lead_tags for select to school_teacher
  using (lead_is_live and lead_teacher_id = any (array[(select auth.user_id_as('teacher'))]));
comment on policy select_teacher on school.lead_tags is
  'Teachers see the tags of leads that are assigned to them, unless the lead is deleted.';
create policy select_analyst on school.lead_tags for select to school_analyst
  using ((select auth.is_nobody()));
comment on policy select_analyst on school.lead_tags is
  'Analysts see every tag under a login that stands for no person.';
create policy insert_admin on school.lead_tags for insert to school_admin
  with check ((select auth.is_admin()));
create policy insert_staff on school.lead_tags for insert to school_staff
  with check (
    exists (select from school.leads as l where l.id = lead_id and l.owner_id = (select auth.user_id_as('staff')))
  );
-- no update: a tag is there or not
-- no delete: school.take_tag_off deletes

grant select on school.lead_tags to school_admin, school_staff, school_teacher, school_analyst;
grant insert (lead_id, tag) on school.lead_tags to school_admin, school_staff;
