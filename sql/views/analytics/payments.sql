create view analytics.payments
with (security_invoker = true)
as
select
  p.admission_id,
  a.student_id,
  a.course_id,
  c.name as course,
  a.lead_owner_id as owner_id,
  a.status as admission_status,
  p.status,
  a.price,
  p.due_on,
  p.paid_on
from school.admission_payments as p
join school.admissions as a on a.id = p.admission_id
left join school.courses as c on c.id = a.course_id;
comment on view analytics.payments is
  'One row per admission: what it costs, and whether and when it was paid.
Who sees what: admins and analysts all, staff those of their leads, students their own, teachers none.';
comment on column analytics.payments.admission_id is 'The admission.';
comment on column analytics.payments.student_id is 'The student.';
comment on column analytics.payments.course_id is 'The course.';
comment on column analytics.payments.course is 'The name of the course.';
comment on column analytics.payments.owner_id is 'The owner of the lead, of analytics.people.';
comment on column analytics.payments.admission_status is 'active, blocked, cancelled or completed.';
comment on column analytics.payments.status is 'paid or unpaid.';
comment on column analytics.payments.price is
  'What the admission costs, in the currency of the school; null when the plan had no price.';
comment on column analytics.payments.due_on is 'The date on which it is due.';
comment on column analytics.payments.paid_on is
  'The date on which it was noted as paid; null while unpaid, and where nobody knows.';
grant select on analytics.payments to school_admin, school_staff, school_teacher, school_student, school_analyst;
