-- Who teaches the class is told: on the date it has now, so before a move the one who waits for the student, after it
-- the one to whom the student comes.
create or replace function school.emit_reschedule(p_type text, p_reschedule_request_id uuid)
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  select school.emit(p_type, 'reschedule_request', r.id, jsonb_build_object(
    'attendanceId', r.original_attendance_id,
    'studentId', r.student_id,
    'teacherId', b.teacher_id,
    'requestedBy', r.requested_by,
    'fromDate', r.source_class_date,
    'toDate', r.class_date,
    'reason', coalesce(r.decision_reason, r.reason)
  ))
  from school.reschedule_requests as r
  join school.attendance as b on b.id = r.original_attendance_id
  where r.id = p_reschedule_request_id;
$$;
comment on function school.emit_reschedule(text, uuid) is 'Writes an event about a reschedule request.';
