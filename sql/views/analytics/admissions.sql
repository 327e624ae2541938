create view analytics.admissions
with (security_invoker = true)
as
select
  a.id as admission_id,
  a.lead_id,
  a.student_id,
  a.course_id,
  c.name as course,
  i.name as instrument,
  a.course_plan_id,
  p.name as plan,
  a.start_date,
  a.total_classes,
  a.status,
  a.price,
  ap.status as payment_status,
  a.renewed_from_id,
  a.created_at
from school.admissions as a
left join school.courses as c on c.id = a.course_id
left join school.instruments as i on i.id = c.instrument_id
left join school.course_plans as p on p.id = a.course_plan_id
left join school.admission_payments as ap on ap.admission_id = a.id;
comment on view analytics.admissions is 'One row per admission, with course, plan, price and whether it is paid.';
grant select on analytics.admissions to school_admin, school_staff, school_student, school_analyst;
