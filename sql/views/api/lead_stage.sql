create view api.lead_stage
with (security_invoker = true)
as
select
  s.id,
  s.name,
  s.position,
  s.kind,
  s.created_at as "createdAt",
  s.updated_at as "updatedAt",
  s.version
from school.lead_stages as s
where s.deleted_at is null;
comment on view api.lead_stage is 'A step of the sales pipeline.';
comment on column api.lead_stage.kind is 'open, won or lost.';
grant select on api.lead_stage to school_admin, school_staff, school_teacher;
