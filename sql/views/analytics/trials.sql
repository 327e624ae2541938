create view analytics.trials
with (security_invoker = true)
as
select
  x.id as trial_id,
  x.lead_id,
  x.course_id,
  c.name as course,
  x.classroom_slot_id,
  x.teacher_id,
  x.class_date,
  x.start_time,
  x.status,
  (x.created_at at time zone (select school.timezone()))::date as booked_on,
  (x.ended_at at time zone (select school.timezone()))::date as ended_on
from school.trials as x
left join school.courses as c on c.id = x.course_id;
comment on view analytics.trials is
  'One row per trial class, cancelled ones too. Admins and analysts see all, staff those of their leads, teachers '
  'those in their classes.';
comment on column analytics.trials.status is 'booked, attended, missed or cancelled.';
grant select on analytics.trials to school_admin, school_staff, school_teacher, school_analyst;
