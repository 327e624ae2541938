-- Notes are seen by who sees the lead (its own policies decide).
create policy owner_all on school.lead_notes for all to school_owner using (true) with check (true);

create policy select_as_lead on school.lead_notes for select to school_admin, school_staff, school_teacher
  using (exists (select from school.leads as l where l.id = lead_id));
create policy insert_admin on school.lead_notes for insert to school_admin
  with check ((select auth.is_admin()) and author_id = (select auth.user_id()));
create policy insert_staff on school.lead_notes for insert to school_staff
  with check (author_id = (select auth.user_id_as('staff')) and exists (select from school.leads as l where l.id = lead_id and l.owner_id = (select auth.user_id_as('staff'))));
create policy insert_teacher on school.lead_notes for insert to school_teacher
  with check (author_id = (select auth.user_id_as('teacher')) and exists (select from school.leads as l where l.id = lead_id));
-- no update, no delete: notes are a record

grant select on school.lead_notes to school_admin, school_staff, school_teacher;
grant insert (lead_id, author_id, body) on school.lead_notes to school_admin, school_staff, school_teacher;
