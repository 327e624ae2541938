create view api.lead_audit_event
with (security_invoker = true)
as
select
  e.id,
  e.field,
  e.old::api.member_value as old,
  e.new::api.member_value as new,
  row(e.actor_user_id, school.user_name(e.actor_user_id))::api.actor_ref as actor,
  e.created_at as "createdAt"
from school.lead_audit_events as e;
comment on view api.lead_audit_event is 'One change of one member of a lead.';
comment on column api.lead_audit_event.field is
  'The member''s wire name; tags for a tag put on (new) or taken off (old).';
comment on column api.lead_audit_event.old is 'Null when there was none.';
comment on column api.lead_audit_event.new is 'Null when there is none.';
grant select on api.lead_audit_event to school_admin, school_staff, school_teacher;
