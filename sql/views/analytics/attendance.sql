create view analytics.attendance
with (security_invoker = true)
as
select
  b.id as attendance_id,
  b.admission_id,
  b.student_id,
  k.course_id,
  c.name as course,
  b.classroom_slot_id,
  b.teacher_id,
  b.class_date,
  b.class_date - extract(isodow from b.class_date)::integer + 1 as week,
  b.start_time,
  b.end_time,
  b.status,
  b.status in ('present', 'late', 'absent') as is_consumed,
  b.original_class_date is not null as was_moved,
  b.absence_announced_at is not null as is_absence_announced
from school.attendance as b
left join school.classroom_slots as k on k.id = b.classroom_slot_id
left join school.courses as c on c.id = k.course_id;
comment on view analytics.attendance is
  'One row per student and class date, past and to come, cancelled ones too.
Who sees what: admins and analysts all, staff those of the students of their leads, teachers those they teach, '
  'students their own.';
comment on column analytics.attendance.attendance_id is 'The class of the student.';
comment on column analytics.attendance.admission_id is 'The admission it is of.';
comment on column analytics.attendance.student_id is 'The student.';
comment on column analytics.attendance.course_id is 'The course.';
comment on column analytics.attendance.course is 'The name of the course.';
comment on column analytics.attendance.classroom_slot_id is 'The weekly class.';
comment on column analytics.attendance.teacher_id is 'Who teaches on that date, of analytics.people.';
comment on column analytics.attendance.class_date is 'The date.';
comment on column analytics.attendance.week is 'The Monday of the week of the date.';
comment on column analytics.attendance.start_time is 'When it begins, by the clock of the school.';
comment on column analytics.attendance.end_time is 'When it ends, by the clock of the school.';
comment on column analytics.attendance.status is 'scheduled, present, late, absent or cancelled.';
comment on column analytics.attendance.is_consumed is 'Whether it counts as a class of the plan that was had.';
comment on column analytics.attendance.was_moved is 'Whether it was on another date, or in another class, before.';
comment on column analytics.attendance.is_absence_announced is
  'Whether somebody said ahead that the student will not come.';
grant select on analytics.attendance to school_admin, school_staff, school_teacher, school_student, school_analyst;
