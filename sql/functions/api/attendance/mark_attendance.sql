-- definer: attendance is nobody's to write; who may mark what is judged in school.mark.
create function api.mark_attendance(
  p_attendance_id uuid,
  p_status api.mark_status,
  p_note api.message_text default null
)
returns api.attendance
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_answer api.attendance;
begin
  perform school.lock_marks(
    array[p_attendance_id], array(select p_attendance_id where p_status = 'scheduled')
  );
  perform school.mark(p_attendance_id, p_status, p_note);
  select * into v_answer from api.attendance as b where b.id = p_attendance_id;
  return v_answer;
end;
$$;
comment on function api.mark_attendance is
  'Marks a class of a student, or corrects its mark, or takes it back (scheduled: nobody marked it then); who, when, '
  'from and to are kept. The same again changes nothing.
Teachers mark the classes they give up to seven days back, admins any; never a future date. A class of today that has '
  'not begun keeps a mark when it could not be scheduled any more: the school is closed, the admission ended or '
  'pauses, somebody else teaches, the weekly class is deleted.
Refusals: not_found, invalid_state (cancelled class, blocked admission, not to be scheduled), class_in_future, '
  'too_late_to_mark.';
grant execute on function api.mark_attendance to school_admin, school_teacher;
