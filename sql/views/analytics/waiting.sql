create view analytics.waiting
with (security_invoker = true)
as
select
  w.id as waitlist_entry_id,
  w.lead_id,
  w.student_id,
  w.course_id,
  c.name as course,
  w.course_plan_id,
  w.teacher_id,
  w.classes_per_week,
  w.status,
  (w.created_at at time zone (select school.timezone()))::date as entered_on,
  (w.offer_expires_at at time zone (select school.timezone()))::date as offer_expires_on,
  (w.ended_at at time zone (select school.timezone()))::date as ended_on,
  w.admission_id
from school.waitlist_entries as w
left join school.courses as c on c.id = w.course_id;
comment on view analytics.waiting is
  'One row per entry of the waiting list, ended ones too. Admins and analysts see all, staff those of their leads, '
  'students their own.';
comment on column analytics.waiting.status is 'waiting, offered, admitted, declined, expired or withdrawn.';
comment on column analytics.waiting.admission_id is 'The admission with which the offer was taken.';
grant select on analytics.waiting to school_admin, school_staff, school_student, school_analyst;
