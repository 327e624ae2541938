-- Tags are seen by who sees the lead (its own policies decide).
create policy owner_all on school.lead_tags for all to school_owner using (true) with check (true);

create policy select_as_lead on school.lead_tags for select to school_admin, school_staff, school_teacher
  using (exists (select from school.leads as l where l.id = lead_id));
create policy select_analyst on school.lead_tags for select to school_analyst
  using (true);
create policy insert_admin on school.lead_tags for insert to school_admin
  with check ((select auth.is_admin()));
create policy insert_staff on school.lead_tags for insert to school_staff
  with check (exists (select from school.leads as l where l.id = lead_id and l.owner_id = (select auth.user_id_as('staff'))));
-- no update: a tag is there or not
-- no delete: school.take_tag_off deletes

grant select on school.lead_tags to school_admin, school_staff, school_teacher, school_analyst;
grant insert (lead_id, tag) on school.lead_tags to school_admin, school_staff;
