-- definer: attendance is nobody's to write; who may announce what is stated in school.lock_absence.
create function api.announce_absence(p_attendance_id uuid, p_reason api.message_text default null)
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
  update school.attendance as b
  set
    absence_announced_at = coalesce(b.absence_announced_at, school.clock()),
    absence_announced_by = coalesce(b.absence_announced_by, auth.user_id()),
    absence_reason = coalesce(school.clean(p_reason), b.absence_reason)
  where b.id = p_attendance_id;
  perform school.note_dates_changed('{}', array[v_class.classroom_slot_id]);
  select * into v_answer from api.attendance as b where b.id = p_attendance_id;
  return v_answer;
end;
$$;
comment on function api.announce_absence is
  'Says ahead that the student will not come: the class stays scheduled and is marked like any other, and the place on '
  'that date is free for others. Announced again, only a new reason is kept.
Students announce their own absence, staff that of their leads, admins any. The class is not given back; moving it '
  'does that, and ends the announcement.
Refusals: not_found, invalid_state (the class is not scheduled), class_not_in_future.';
grant execute on function api.announce_absence to school_admin, school_staff, school_student;
