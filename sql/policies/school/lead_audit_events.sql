-- History is seen by who sees the lead (its own policies decide).
create policy owner_all on school.lead_audit_events for all to school_owner using (true) with check (true);

create policy select_admin on school.lead_audit_events for select to school_admin
  using ((select auth.is_admin()));
comment on policy select_admin on school.lead_audit_events is 'Admins see every change of a lead.';
create policy select_as_lead on school.lead_audit_events for select to school_staff, school_teacher
  using (exists (select from school.leads as l where l.id = lead_id));
comment on policy select_as_lead on school.lead_audit_events is
  'Staff and teachers see the changes of the leads that they see.';
-- Analysts see how leads moved through the stages, and nothing that was said of a person.
create policy select_analyst on school.lead_audit_events for select to school_analyst
  using ((select auth.is_nobody()) and field = 'stageId');
comment on policy select_analyst on school.lead_audit_events is
  'Analysts see how leads moved through the stages under a login that stands for no person.';
-- no select for students: they see no row, but the reporting views, which they read, name this table
-- no insert, update, delete: triggers append, nobody changes

grant select on school.lead_audit_events to school_admin, school_staff, school_teacher;
grant select (
  id, sequence, lead_id, field, old, new, actor_user_id, created_at
) on school.lead_audit_events to school_analyst, school_student;
