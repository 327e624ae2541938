-- The classes are grouped after the join, so that those of few admissions are read by index, and those of all once.
create view analytics.admissions
with (security_invoker = true)
as
with counted as (
  select
    a.id,
    a.lead_id,
    a.student_id,
    a.course_id,
    a.course_plan_id,
    a.renewed_from_id,
    a.start_date,
    a.total_classes,
    a.status,
    a.price,
    a.lead_owner_id,
    a.created_by,
    (a.created_at at time zone (select school.timezone()))::date as created_on,
    min(b.class_date) as first_class,
    max(b.class_date) as last_class,
    count(*) filter (where b.status = 'scheduled' and b.class_date >= (select school.today())) as classes_left,
    count(*) filter (where b.status in ('present', 'late')) as attended,
    count(*) filter (where b.status = 'absent') as absences
  from school.admissions as a
  left join school.attendance as b
    on b.admission_id = a.id
    and b.status <> 'cancelled'
  group by a.id
)
select
  n.id as admission_id,
  n.lead_id,
  n.student_id,
  n.course_id,
  c.name as course,
  i.name as instrument,
  n.course_plan_id,
  p.name as plan,
  n.start_date,
  n.total_classes,
  n.status,
  n.price,
  n.first_class,
  n.last_class,
  n.classes_left,
  n.attended,
  n.absences,
  l.source,
  n.lead_owner_id as owner_id,
  n.created_by,
  n.created_on,
  n.renewed_from_id,
  ra.id as renewed_by_id,
  ap.status as payment_status
from counted as n
left join school.courses as c on c.id = n.course_id
left join school.instruments as i on i.id = c.instrument_id
left join school.course_plans as p on p.id = n.course_plan_id
left join school.leads as l on l.id = n.lead_id
left join school.admissions as ra on ra.renewed_from_id = n.id
left join school.admission_payments as ap on ap.admission_id = n.id;
comment on view analytics.admissions is
  'One row per admission, with its course and plan, its price and whether it is paid, and how far it is.
Who sees what: admins and analysts all, staff those of their leads, teachers those they teach, students their own.';
comment on column analytics.admissions.admission_id is 'The admission.';
comment on column analytics.admissions.lead_id is 'The lead it came of; null when it came of none.';
comment on column analytics.admissions.student_id is 'The student.';
comment on column analytics.admissions.course_id is 'The course.';
comment on column analytics.admissions.course is 'The name of the course.';
comment on column analytics.admissions.instrument is 'The instrument of the course.';
comment on column analytics.admissions.course_plan_id is 'The plan.';
comment on column analytics.admissions.plan is 'The name of the plan, as it is now.';
comment on column analytics.admissions.start_date is 'The date from which it has classes.';
comment on column analytics.admissions.total_classes is 'The number of classes that were bought.';
comment on column analytics.admissions.status is 'active, blocked, cancelled or completed.';
comment on column analytics.admissions.price is
  'What it costs, in the currency of the school; null when the plan had no price.';
comment on column analytics.admissions.first_class is
  'The date of its first class; cancelled ones do not count. Of this and what follows of classes teachers see theirs.';
comment on column analytics.admissions.last_class is 'The date of its last class; cancelled ones do not count.';
comment on column analytics.admissions.classes_left is 'Classes still scheduled, from today on.';
comment on column analytics.admissions.attended is 'Classes attended, in time or late.';
comment on column analytics.admissions.absences is 'Classes missed.';
comment on column analytics.admissions.source is
  'Where the lead came from; null when the reader does not see the lead.';
comment on column analytics.admissions.owner_id is 'The owner of the lead, of analytics.people.';
comment on column analytics.admissions.created_by is 'Who admitted the student, of analytics.people.';
comment on column analytics.admissions.created_on is 'The date of the admission.';
comment on column analytics.admissions.renewed_from_id is 'The admission that this one renews.';
comment on column analytics.admissions.renewed_by_id is 'The admission that renews this one.';
comment on column analytics.admissions.payment_status is 'paid or unpaid; null when the reader may not know.';
grant select on analytics.admissions to school_admin, school_staff, school_teacher, school_student, school_analyst;
