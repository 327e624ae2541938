-- Seen by who sees the lead, whose keys they carry.
create policy owner_all on school.lead_notes for all to school_owner using (true) with check (true);

create policy select_admin on school.lead_notes for select to school_admin
  using ((select auth.is_admin()));
comment on policy select_admin on school.lead_notes is 'Admins see every note.';
create policy select_staff on school.lead_notes for select to school_staff
  using (lead_is_live
    and (
      lead_owner_id = any (array[(select auth.user_id_as('staff'))])
      or (lead_owner_id is null and (select auth.user_id_as('staff')) is not null)
    ));
comment on policy select_staff on school.lead_notes is
  'Staff see the notes on leads that are theirs or nobody''s, unless the lead is deleted.';
create policy select_teacher on school.lead_notes for select to school_teacher
  using (lead_is_live and lead_teacher_id = any (array[(select auth.user_id_as('teacher'))]));
comment on policy select_teacher on school.lead_notes is
  'Teachers see the notes on leads that are assigned to them, unless the lead is deleted.';
create policy insert_admin on school.lead_notes for insert to school_admin
  with check ((select auth.is_admin()) and author_id = (select auth.user_id()));
create policy insert_staff on school.lead_notes for insert to school_staff
  with check (
    author_id = (select auth.user_id_as('staff'))
    and exists (select from school.leads as l where l.id = lead_id and l.owner_id = (select auth.user_id_as('staff')))
  );
create policy insert_teacher on school.lead_notes for insert to school_teacher
  with check (
    author_id = (select auth.user_id_as('teacher')) and exists (select from school.leads as l where l.id = lead_id)
  );
-- no update, no delete: notes are a record

grant select on school.lead_notes to school_admin, school_staff, school_teacher;
grant insert (lead_id, author_id, body) on school.lead_notes to school_admin, school_staff, school_teacher;
