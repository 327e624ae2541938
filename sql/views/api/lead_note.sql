create view api.lead_note
with (security_invoker = true)
as
select
  n.id,
  n.lead_id as "leadId",
  n.body,
  row(n.author_id, school.user_name(n.author_id))::api.person_ref as author,
  n.created_at as "createdAt"
from school.lead_notes as n;
comment on view api.lead_note is 'A note about a lead.';
grant select on api.lead_note to school_admin, school_staff, school_teacher;
