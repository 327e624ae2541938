-- The locks of a move in the one global order: admission, student, weekday of the target, source and target class by
-- id, the row itself.
create or replace function school.lock_reschedule(p_attendance_id uuid, p_classroom_slot_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_class record;
begin
  perform school.require_fresh_sight();
  select b.admission_id, b.student_id
  into v_class
  from school.attendance as b
  where b.id = p_attendance_id;
  perform from school.admissions as a where a.id = v_class.admission_id for no key update;
  perform from school.users as u where u.id = v_class.student_id for no key update;
  perform school.lock_weekdays(array[p_classroom_slot_id]);
  perform
  from school.classroom_slots as k
  where k.id in (
    (select b.classroom_slot_id from school.attendance as b where b.id = p_attendance_id), p_classroom_slot_id
  )
  order by k.id
  for update;
  perform from school.attendance as b where b.id = p_attendance_id for update;
end;
$$;
comment on function school.lock_reschedule(uuid, uuid) is 'Takes the locks of moving a class.';
