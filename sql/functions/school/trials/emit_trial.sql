create or replace function school.emit_trial(p_type text, p_trial_id uuid, p_reason text default null)
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  select school.emit(p_type, 'trial', x.id, jsonb_strip_nulls(jsonb_build_object(
    'leadId', x.lead_id,
    'courseId', x.course_id,
    'classroomSlotId', x.classroom_slot_id,
    'teacherId', x.teacher_id,
    'classDate', x.class_date,
    'startTime', school.hhmm(x.start_time),
    'reason', school.clean(p_reason)
  )))
  from school.trials as x
  where x.id = p_trial_id;
$$;
comment on function school.emit_trial(text, uuid, text) is 'Writes an event about a trial.';
