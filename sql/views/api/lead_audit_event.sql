create view api.lead_audit_event
with (security_invoker = true)
as
select
  e.id,
  e.field,
  e.old,
  e.new,
  json_build_object('id', e.actor_user_id, 'name', school.user_name(e.actor_user_id)) as actor,
  e.created_at as "createdAt"
from school.lead_audit_events as e;
comment on view api.lead_audit_event is 'One change of one member of a lead.';
comment on column api.lead_audit_event.field is
  'The member''s wire name; tags for a tag put on (new) or taken off (old).';
comment on column api.lead_audit_event.actor is '{id, name}; both null for what the system did.';
grant select on api.lead_audit_event to school_admin, school_staff, school_teacher;
