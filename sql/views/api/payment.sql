create view api.payment
with (security_invoker = true)
as
select
  p.id,
  p.admission_id as "admissionId",
  p.status,
  a.price,
  p.due_on as "dueOn",
  p.paid_on as "paidOn",
  p.notes,
  p.updated_by as "updatedBy",
  p.created_at as "createdAt",
  p.updated_at as "updatedAt",
  p.version
from school.admission_payments as p
join school.admissions as a on a.id = p.admission_id;
comment on view api.payment is 'What an admission costs, and whether it is paid.';
comment on column api.payment.price is 'The price of the plan when it was bought; null when it had none.';
comment on column api.payment."dueOn" is 'The start date of the admission, unless an admin set another.';
comment on column api.payment."paidOn" is 'The local date on which it was noted as paid; null while unpaid.';
grant select on api.payment to school_admin, school_staff, school_student;
