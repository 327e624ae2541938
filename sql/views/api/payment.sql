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
  case
    when p.updated_by is not null
      then row(p.updated_by, coalesce(u.card ->> 'name', school.user_name(p.updated_by)))::api.person_ref
  end as "updatedBy",
  p.created_at as "createdAt",
  p.updated_at as "updatedAt",
  p.version
from school.admission_payments as p
join school.admissions as a on a.id = p.admission_id
left join school.users as u on u.id = p.updated_by;
comment on view api.payment is 'What an admission costs, and whether it is paid.';
comment on column api.payment.price is 'The price of the plan when it was bought; null when it had none.';
comment on column api.payment."dueOn" is 'The start date of the admission, unless an admin set another.';
comment on column api.payment."updatedBy" is 'Who changed it last, at first who admitted; null for nobody.';
comment on column api.payment."paidOn" is 'The local date on which it was noted as paid; null while unpaid.';
grant select on api.payment to school_admin, school_staff, school_student;
