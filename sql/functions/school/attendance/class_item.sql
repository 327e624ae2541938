-- A dated class as those read it who lose or get it: {admissionId, studentId, student, classroomSlotId, classroomSlot,
-- classDate, startTime, course, teacher}.
create or replace function school.class_item(p_class school.attendance)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select jsonb_build_object(
    'admissionId', (p_class).admission_id,
    'studentId', (p_class).student_id,
    'student', u.card,
    'classroomSlotId', (p_class).classroom_slot_id,
    'classroomSlot', school.class_ref((p_class).classroom_slot_id),
    'classDate', (p_class).class_date,
    'startTime', school.hhmm((p_class).start_time),
    'course', jsonb_build_object('id', c.id, 'name', c.name),
    'teacher', tu.card
  )
  from school.admissions as a
  join school.courses as c on c.id = a.course_id
  join school.users as u on u.id = (p_class).student_id
  join school.users as tu on tu.id = (p_class).teacher_id
  where a.id = (p_class).admission_id;
$$;
comment on function school.class_item(school.attendance) is 'A dated class that is lost or added.';
