create or replace function school.emit_transfer(
  p_admission_id uuid,
  p_from_classroom_slot_id uuid,
  p_to_classroom_slot_id uuid,
  p_from date
)
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  select school.emit('admission.transferred', 'admission', a.id, jsonb_build_object(
    'courseId', a.course_id,
    'leadId', a.lead_id,
    'fromClassroomSlotId', fk.id,
    'toClassroomSlotId', tk.id,
    'fromWeekly', school.weekly_text(fk.id),
    'toWeekly', school.weekly_text(tk.id),
    'fromDate', p_from,
    'teacherIds', array[fk.teacher_id, tk.teacher_id]
  ))
  from school.admissions as a
  join school.classroom_slots as fk on fk.id = p_from_classroom_slot_id
  join school.classroom_slots as tk on tk.id = p_to_classroom_slot_id
  where a.id = p_admission_id;
$$;
comment on function school.emit_transfer(uuid, uuid, uuid, date) is 'Writes the event of a transfer.';
