-- The place is counted in a statement after the lock of the class.
-- definer: attendance is nobody's to write; who may take it back is stated in school.lock_absence.
create function api.withdraw_absence(p_attendance_id uuid)
returns api.attendance
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_class school.attendance := school.lock_absence(p_attendance_id);
  v_answer api.attendance;
begin
  if v_class.absence_announced_at is not null then
    if school.count_places(v_class.classroom_slot_id, v_class.class_date) < 1 then
      perform school.fail('date_full', 'The place on that date is gone.');
    end if;
    update school.attendance as b
    set absence_announced_at = null, absence_announced_by = null, absence_reason = null
    where b.id = p_attendance_id;
    perform school.note_dates_changed('{}', array[v_class.classroom_slot_id]);
  end if;
  select * into v_answer from api.attendance as b where b.id = p_attendance_id;
  return v_answer;
end;
$$;
comment on function api.withdraw_absence is
  'Takes an announced absence back, while the place on that date is still free; without one nothing changes.
Refusals: not_found, invalid_state (the class is not scheduled), class_not_in_future, date_full.';
grant execute on function api.withdraw_absence to school_admin, school_staff, school_student;
