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
  'One row per entry of the waiting list, ended ones too.
Who sees what: admins and analysts all, staff those of their leads, students their own, teachers none.';
comment on column analytics.waiting.waitlist_entry_id is 'The entry.';
comment on column analytics.waiting.lead_id is 'The lead who waits; null when a student does.';
comment on column analytics.waiting.student_id is 'The student who waits; null when a lead does.';
comment on column analytics.waiting.course_id is 'The course.';
comment on column analytics.waiting.course is 'The name of the course.';
comment on column analytics.waiting.course_plan_id is 'The plan that is wanted, if one was named.';
comment on column analytics.waiting.teacher_id is 'The teacher, of analytics.people, if it must be that one.';
comment on column analytics.waiting.classes_per_week is 'How many weekly classes are wanted, all of them or none.';
comment on column analytics.waiting.status is 'waiting, offered, admitted, declined, expired or withdrawn.';
comment on column analytics.waiting.entered_on is 'The date on which it was entered.';
comment on column analytics.waiting.offer_expires_on is
  'The date on which the offer runs out; null when there is none.';
comment on column analytics.waiting.ended_on is 'The date on which it ended; null while it is waiting or offered.';
comment on column analytics.waiting.admission_id is 'The admission with which the offer was taken.';
grant select on analytics.waiting to school_admin, school_staff, school_teacher, school_student, school_analyst;
