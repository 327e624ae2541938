create view api.instrument
with (security_invoker = true)
as
select
  t.id,
  t.name,
  t.created_at as "createdAt",
  t.updated_at as "updatedAt",
  t.version
from school.instruments as t
where t.deleted_at is null;
comment on view api.instrument is 'An instrument that is taught.';
grant select on api.instrument to school_admin, school_staff, school_teacher, school_student;
