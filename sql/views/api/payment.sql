create view api.payment
with (security_invoker = true)
as
select
  p.id,
  p.admission_id as "admissionId",
  p.status,
  p.notes,
  p.updated_by as "updatedBy",
  p.created_at as "createdAt",
  p.updated_at as "updatedAt",
  p.version
from school.admission_payments as p;
comment on view api.payment is 'Whether an admission is paid.';
grant select on api.payment to school_admin, school_staff, school_student;
