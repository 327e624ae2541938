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
  'One row per trial class, cancelled ones too.
Who sees what: admins and analysts all, staff those of their leads, teachers those in their classes, students none.';
comment on column analytics.trials.trial_id is 'The trial.';
comment on column analytics.trials.lead_id is 'The lead, of analytics.leads.';
comment on column analytics.trials.course_id is 'The course.';
comment on column analytics.trials.course is 'The name of the course.';
comment on column analytics.trials.classroom_slot_id is 'The weekly class in which the lead sits once.';
comment on column analytics.trials.teacher_id is 'Who teaches on that date, of analytics.people.';
comment on column analytics.trials.class_date is 'The date.';
comment on column analytics.trials.start_time is 'When it begins, by the clock of the school.';
comment on column analytics.trials.status is 'booked, attended, missed or cancelled.';
comment on column analytics.trials.booked_on is 'The date on which it was booked.';
comment on column analytics.trials.ended_on is 'The date of the outcome or the cancellation; null while it is booked.';
grant select on analytics.trials to school_admin, school_staff, school_teacher, school_student, school_analyst;
