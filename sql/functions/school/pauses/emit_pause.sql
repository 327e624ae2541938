-- p_pause: the answer of school.pause.
create or replace function school.emit_pause(
  p_admission_id uuid,
  p_from date,
  p_to date,
  p_reason text,
  p_pause jsonb
)
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  select school.emit('admission.paused', 'admission', a.id, jsonb_strip_nulls(jsonb_build_object(
    'courseId', a.course_id,
    'leadId', a.lead_id,
    'fromDate', p_from,
    'toDate', p_to,
    'reason', school.clean(p_reason),
    'teacherIds', array(
      select b.teacher_id
      from jsonb_array_elements(p_pause -> 'cancelled') as c
      join school.attendance as b on b.id = (c ->> 'attendanceId')::uuid
      union
      select k.teacher_id
      from jsonb_array_elements(p_pause -> 'added') as c
      join school.classroom_slots as k on k.id = (c ->> 'classroomSlotId')::uuid
      order by 1
    )
  )))
  from school.admissions as a
  where a.id = p_admission_id;
$$;
comment on function school.emit_pause(uuid, date, date, text, jsonb) is 'Writes the event of a pause.';
