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
    'teacherId', k.teacher_id,
    'fromDate', r.source_class_date,
    'toDate', r.class_date,
    'reason', coalesce(r.decision_reason, r.reason)
  ))
  from school.reschedule_requests as r
  join school.classroom_slots as k on k.id = r.source_classroom_slot_id
  where r.id = p_reschedule_request_id;
$$;
comment on function school.emit_reschedule(text, uuid) is 'Writes an event about a reschedule request.';
