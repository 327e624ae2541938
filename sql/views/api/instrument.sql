create view api.instrument
with (security_invoker = true)
as
select
  i.id,
  i.name,
  i.created_at as "createdAt",
  i.updated_at as "updatedAt",
  i.version
from school.instruments as i
where i.deleted_at is null;
comment on view api.instrument is 'An instrument that is taught.';
grant select on api.instrument to school_admin, school_staff, school_teacher, school_student;
