-- A class of a student whose absence is announced or taken back, by whoever may ask to move it. Locks the admission,
-- the class and the row: none of them moves any more. Raises not_found, invalid_state, class_not_in_future.
create or replace function school.lock_absence(p_attendance_id uuid)
returns school.attendance
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_class school.attendance;
begin
  perform school.require_fresh_sight();
  if not school.may_ask_to_move(p_attendance_id) then
    perform school.fail_not_found('class');
  end if;
  perform
  from school.admissions as a
  where a.id = (select b.admission_id from school.attendance as b where b.id = p_attendance_id)
  for share;
  perform
  from school.classroom_slots as k
  where k.id = (select b.classroom_slot_id from school.attendance as b where b.id = p_attendance_id)
  for update;
  select * into v_class from school.attendance as b where b.id = p_attendance_id for update;
  if not school.may_ask_to_move(p_attendance_id) then
    perform school.fail_not_found('class');
  end if;
  if v_class.status <> 'scheduled' then
    perform school.fail('invalid_state', format('The class is %s.', v_class.status));
  end if;
  if school.has_begun(v_class.class_date, v_class.start_time) then
    perform school.fail('class_not_in_future', 'The class has begun.');
  end if;
  return v_class;
end;
$$;
comment on function school.lock_absence(uuid) is 'A class that somebody may stay away from, locked.';
