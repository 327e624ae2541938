create view api.lead_note
with (security_invoker = true)
as
select
  n.id,
  n.lead_id as "leadId",
  row(n.lead_id, l.name)::api.lead_ref as lead,
  n.body,
  row(n.author_id, school.user_name(n.author_id))::api.person_ref as author,
  n.created_at as "createdAt"
from school.lead_notes as n
left join school.leads as l on l.id = n.lead_id;
comment on view api.lead_note is 'A note about a lead.';
grant select on api.lead_note to school_admin, school_staff, school_teacher;
