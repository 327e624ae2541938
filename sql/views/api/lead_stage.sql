create view api.lead_stage
with (security_invoker = true)
as
select
  t.id,
  t.name,
  t.position,
  t.kind,
  t.created_at as "createdAt",
  t.updated_at as "updatedAt",
  t.version
from school.lead_stages as t
where t.deleted_at is null;
comment on view api.lead_stage is 'A step of the sales pipeline.';
comment on column api.lead_stage.kind is 'open, won or lost.';
grant select on api.lead_stage to school_admin, school_staff, school_teacher;
