create view api.attendance
with (security_invoker = true)
as
select
  b.id,
  b.admission_id as "admissionId",
  row(b.student_id, u.card ->> 'name')::api.person_ref as student,
  b.classroom_slot_id as "classroomSlotId",
  b.class_date as "classDate",
  school.hhmm(b.start_time) as "startTime",
  school.hhmm(b.end_time) as "endTime",
  row(a.course_id, c.name)::api.course_ref as course,
  row(b.teacher_id, tu.card ->> 'name')::api.person_ref as teacher,
  b.status,
  b.note,
  b.original_class_date as "originalClassDate",
  b.original_classroom_slot_id as "originalClassroomSlotId",
  b.absence_announced_at as "absenceAnnouncedAt",
  b.absence_reason as "absenceReason",
  b.marked_by as "markedBy",
  b.marked_at as "markedAt",
  b.created_at as "createdAt",
  b.updated_at as "updatedAt",
  b.version,
  b.student_id as "studentId"
from school.attendance as b
left join school.admissions as a on a.id = b.admission_id
left join school.courses as c on c.id = a.course_id
left join school.users as u on u.id = b.student_id
left join school.users as tu on tu.id = b.teacher_id;
comment on view api.attendance is 'One class of one student, dated.';
comment on column api.attendance."originalClassDate" is
  'The date before the class was first moved; null when never moved.';
comment on column api.attendance."absenceAnnouncedAt" is
  'When somebody said that the student will not come; the place on that date is free for others.';
grant select on api.attendance to school_admin, school_staff, school_teacher, school_student;
