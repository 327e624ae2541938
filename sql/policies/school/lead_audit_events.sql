-- History is seen by who sees the lead (its own policies decide).
create policy owner_all on school.lead_audit_events for all to school_owner using (true) with check (true);

create policy select_admin on school.lead_audit_events for select to school_admin
  using ((select auth.is_admin()));
create policy select_as_lead on school.lead_audit_events for select to school_staff, school_teacher
  using (exists (select from school.leads as l where l.id = lead_id));
-- no insert, update, delete: triggers append, nobody changes

grant select on school.lead_audit_events to school_admin, school_staff, school_teacher;
