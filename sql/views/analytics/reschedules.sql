create view analytics.reschedules
with (security_invoker = true)
as
select
  r.id as reschedule_request_id,
  r.original_attendance_id as attendance_id,
  r.admission_id,
  r.student_id,
  k.course_id,
  c.name as course,
  r.status,
  (r.created_at at time zone (select school.timezone()))::date as requested_on,
  (r.decided_at at time zone (select school.timezone()))::date as decided_on,
  r.requested_by,
  r.decided_by,
  r.source_class_date as from_date,
  r.source_classroom_slot_id as from_classroom_slot_id,
  r.class_date as to_date,
  r.classroom_slot_id as to_classroom_slot_id,
  r.is_school_caused,
  r.is_override
from school.reschedule_requests as r
left join school.classroom_slots as k on k.id = r.source_classroom_slot_id
left join school.courses as c on c.id = k.course_id;
comment on view analytics.reschedules is
  'One row per request to move a class of a student to another date.
Who sees what: admins and analysts all, staff those of the students of their leads, teachers those of their classes, '
  'students their own.';
comment on column analytics.reschedules.reschedule_request_id is 'The request.';
comment on column analytics.reschedules.attendance_id is 'The class to be moved, of analytics.attendance.';
comment on column analytics.reschedules.admission_id is 'The admission it is of.';
comment on column analytics.reschedules.student_id is 'The student.';
comment on column analytics.reschedules.course_id is 'The course.';
comment on column analytics.reschedules.course is 'The name of the course.';
comment on column analytics.reschedules.status is 'pending, approved, rejected, withdrawn, expired or closed.';
comment on column analytics.reschedules.requested_on is 'The date of the request.';
comment on column analytics.reschedules.decided_on is 'The date on which it was no longer pending.';
comment on column analytics.reschedules.requested_by is
  'Who asked: the student, or somebody of analytics.people for them.';
comment on column analytics.reschedules.decided_by is
  'Who decided, of analytics.people; null when nobody did, or the student withdrew.';
comment on column analytics.reschedules.from_date is 'The date of the class.';
comment on column analytics.reschedules.from_classroom_slot_id is 'The weekly class it is of.';
comment on column analytics.reschedules.to_date is 'The date it should be moved to.';
comment on column analytics.reschedules.to_classroom_slot_id is 'The weekly class it should be moved to.';
comment on column analytics.reschedules.is_school_caused is
  'Whether the school is the cause; it counts as no move of the student''s.';
comment on column analytics.reschedules.is_override is 'Whether an admin went beyond the limits for moves.';
grant select on analytics.reschedules to school_admin, school_staff, school_teacher, school_student, school_analyst;
