create view api.closure
with (security_invoker = true)
as
select
  c.id,
  c.start_date as "startDate",
  c.end_date as "endDate",
  c.reason,
  c.created_at as "createdAt",
  c.updated_at as "updatedAt",
  c.version
from school.school_closures as c;
comment on view api.closure is 'Dates, both included, on which the school is closed.';
grant select on api.closure to school_admin, school_staff, school_teacher, school_student;
