create view analytics.attendance
with (security_invoker = true)
as
select
  b.id as attendance_id,
  b.admission_id,
  b.student_id,
  a.course_id,
  b.classroom_slot_id,
  b.teacher_id,
  b.class_date,
  b.start_time,
  b.end_time,
  b.status,
  b.status in ('present', 'late', 'absent') as is_consumed,
  b.original_class_date is not null as was_moved,
  b.absence_announced_at is not null as is_absence_announced
from school.attendance as b
left join school.admissions as a on a.id = b.admission_id;
comment on view analytics.attendance is 'One row per student and class date.';
grant select on analytics.attendance to school_admin, school_staff, school_teacher, school_student, school_analyst;
