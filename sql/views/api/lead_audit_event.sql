create view api.lead_audit_event
with (security_invoker = true)
as
select
  e.id,
  e.field,
  e.old::api.member_value as old,
  case
    when e.field = 'stageId' then (select s.name from school.lead_stages as s where s.id = (e.old #>> '{}')::uuid)
    when e.field in ('ownerId', 'assignedTeacherId') then school.user_name((e.old #>> '{}')::uuid)
  end as "oldName",
  e.new::api.member_value as new,
  case
    when e.field = 'stageId' then (select s.name from school.lead_stages as s where s.id = (e.new #>> '{}')::uuid)
    when e.field in ('ownerId', 'assignedTeacherId') then school.user_name((e.new #>> '{}')::uuid)
  end as "newName",
  row(e.actor_user_id, school.user_name(e.actor_user_id))::api.actor_ref as actor,
  e.created_at as "createdAt"
from school.lead_audit_events as e;
comment on view api.lead_audit_event is 'One change of one member of a lead.';
comment on column api.lead_audit_event.field is
  'The member''s wire name; tags for a tag put on (new) or taken off (old).';
comment on column api.lead_audit_event.old is 'Null when there was none.';
comment on column api.lead_audit_event."oldName" is
  'What the stage or person is called now whose id old is; null when it is no such id.';
comment on column api.lead_audit_event.new is 'Null when there is none.';
comment on column api.lead_audit_event."newName" is
  'What the stage or person is called now whose id new is; null when it is no such id.';
grant select on api.lead_audit_event to school_admin, school_staff, school_teacher;
