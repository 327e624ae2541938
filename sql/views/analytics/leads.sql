-- Since when a lead is won or lost is told by the last event that moved it. The events are grouped after the join, so
-- that those of few leads are read by index, and those of all leads once.
create view analytics.leads
with (security_invoker = true)
as
with moved as (
  select
    l.id,
    l.stage_id,
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
    l.lost_reason,
    (l.created_at at time zone (select school.timezone()))::date as created_on,
    (max(e.created_at) at time zone (select school.timezone()))::date as moved_on
  from school.leads as l
  left join school.lead_audit_events as e
    on e.lead_id = l.id
    and e.field = 'stageId'
  where l.deleted_at is null
  group by l.id
)
select
  m.id as lead_id,
  s.name as stage,
  s.kind as stage_kind,
  m.owner_id,
  m.assigned_teacher_id,
  m.source,
  m.area,
  m.community,
  m.age,
  m.expected_budget,
  m.number_of_contact_attempts,
  m.follow_up_date,
  m.follow_up_status,
  m.demo_date,
  m.demo_conducted,
  m.created_on,
  case s.kind when 'won' then m.moved_on end as won_on,
  case s.kind when 'lost' then m.moved_on end as lost_on,
  m.lost_reason,
  a.id as admission_id
from moved as m
left join school.lead_stages as s on s.id = m.stage_id
left join school.admissions as a
  on a.lead_id = m.id
  and a.renewed_from_id is null;
comment on view analytics.leads is
  'One row per lead, without name, phone, e-mail and address; deleted leads are left out.
Who sees what: admins and analysts all, staff their own and those that nobody owns, teachers those assigned to them, '
  'students none.';
comment on column analytics.leads.lead_id is 'The lead.';
comment on column analytics.leads.stage is 'The name of the stage it is in.';
comment on column analytics.leads.stage_kind is 'open, won or lost.';
comment on column analytics.leads.owner_id is
  'The staff member or admin who owns it, of analytics.people; null when nobody does.';
comment on column analytics.leads.assigned_teacher_id is 'The teacher assigned to it, of analytics.people.';
comment on column analytics.leads.source is 'Where it came from, as it was entered.';
comment on column analytics.leads.area is 'The part of town, as it was entered.';
comment on column analytics.leads.community is 'The community, as it was entered.';
comment on column analytics.leads.age is 'Age in years when it was entered.';
comment on column analytics.leads.expected_budget is 'What they expect to spend, in the currency of the school.';
comment on column analytics.leads.number_of_contact_attempts is 'How often somebody tried to reach them.';
comment on column analytics.leads.follow_up_date is 'When the next follow-up is due, or the last one was.';
comment on column analytics.leads.follow_up_status is 'open or done.';
comment on column analytics.leads.demo_date is 'The date of the demo.';
comment on column analytics.leads.demo_conducted is 'Whether the demo was held.';
comment on column analytics.leads.created_on is 'The date on which it was entered.';
comment on column analytics.leads.won_on is
  'The date on which it came into the won stage it is in; null when it is in none.';
comment on column analytics.leads.lost_on is
  'The date on which it came into the lost stage it is in; null when it is in none.';
comment on column analytics.leads.lost_reason is 'Why it was lost, as it was entered.';
comment on column analytics.leads.admission_id is
  'The first admission that came of it; null when none did that the reader sees.';
grant select on analytics.leads to school_admin, school_staff, school_teacher, school_student, school_analyst;
