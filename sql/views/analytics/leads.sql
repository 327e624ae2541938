create view analytics.leads
with (security_invoker = true)
as
select
  l.id as lead_id,
  s.name as stage,
  s.kind as stage_kind,
  l.owner_id,
  l.assigned_teacher_id,
  l.source,
  l.area,
  l.community,
  l.age,
  l.expected_budget,
  l.number_of_contact_attempts,
  l.follow_up_date,
  l.follow_up_status,
  l.demo_date,
  l.demo_conducted,
  l.created_at
from school.leads as l
left join school.lead_stages as s on s.id = l.stage_id
where l.deleted_at is null;
comment on view analytics.leads is 'One row per lead, without name, phone, e-mail and address.';
grant select on analytics.leads to school_admin, school_staff, school_teacher, school_analyst;
