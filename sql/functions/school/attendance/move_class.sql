-- Moves one class of a student, the row itself, keeping where it was first; an absence that was announced for it ends.
-- The caller has locked and judged.
create or replace function school.move_class(p_attendance_id uuid, p_classroom_slot_id uuid, p_class_date date)
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  update school.attendance as b
  set
    original_class_date = coalesce(b.original_class_date, b.class_date),
    original_classroom_slot_id = coalesce(b.original_classroom_slot_id, b.classroom_slot_id),
    classroom_slot_id = k.id,
    class_date = p_class_date,
    start_time = t.start_time,
    end_time = t.end_time,
    teacher_id = coalesce(s.teacher_id, k.teacher_id),
    absence_announced_at = null,
    absence_announced_by = null,
    absence_reason = null
  from school.classroom_slots as k
  join school.time_slot_templates as t on t.id = k.time_slot_id
  left join school.class_substitutes as s on s.classroom_slot_id = k.id and s.class_date = p_class_date
  where b.id = p_attendance_id
    and k.id = p_classroom_slot_id;
  select school.note_dates_changed(array[b.student_id], array[p_classroom_slot_id])
  from school.attendance as b
  where b.id = p_attendance_id;
$$;
comment on function school.move_class(uuid, uuid, date) is 'Moves a class of a student to another date and class.';
