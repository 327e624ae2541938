-- A lead is in a stage from the event that moved it there to the next such event, or until now.
create view analytics.lead_stages
with (security_invoker = true)
as
select
  t.lead_id,
  t.stage_id,
  s.name as stage,
  s.kind as stage_kind,
  s.position,
  t.entered_at,
  t.left_at,
  (t.entered_at at time zone (select school.timezone()))::date as entered_on,
  (t.left_at at time zone (select school.timezone()))::date as left_on,
  coalesce(t.left_at, (select school.clock())) - t.entered_at as time_in_stage,
  t.moved_by
from (
  select
    l.id as lead_id,
    (e.new #>> '{}')::uuid as stage_id,
    e.created_at as entered_at,
    lead(e.created_at) over (partition by l.id order by e.sequence) as left_at,
    e.actor_user_id as moved_by
  from school.leads as l
  join school.lead_audit_events as e on e.lead_id = l.id
  where e.field = 'stageId'
    and l.deleted_at is null
) as t
join school.lead_stages as s on s.id = t.stage_id;
comment on view analytics.lead_stages is
  'One row per stay of a lead in a stage, the present one too; a lead that came back to a stage stays there twice.
Who sees what: as analytics.leads.';
comment on column analytics.lead_stages.lead_id is 'The lead, of analytics.leads.';
comment on column analytics.lead_stages.stage_id is 'The stage.';
comment on column analytics.lead_stages.stage is 'The name of the stage, as it is now.';
comment on column analytics.lead_stages.stage_kind is 'open, won or lost, as it is now.';
comment on column analytics.lead_stages.position is 'The place of the stage in the pipeline, from the lowest on.';
comment on column analytics.lead_stages.entered_at is 'The instant at which the lead came into the stage.';
comment on column analytics.lead_stages.left_at is 'The instant at which it left the stage; null when it is there now.';
comment on column analytics.lead_stages.entered_on is 'The date of entered_at.';
comment on column analytics.lead_stages.left_on is 'The date of left_at.';
comment on column analytics.lead_stages.time_in_stage is 'How long it was there, or has been until now.';
comment on column analytics.lead_stages.moved_by is
  'Who moved it there, of analytics.people; null when the school did.';
grant select on analytics.lead_stages to school_admin, school_staff, school_teacher, school_student, school_analyst;
