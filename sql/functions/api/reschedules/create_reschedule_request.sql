-- definer: seats are counted over all rows, and requests are nobody's to write; who may ask is stated.
create function api.create_reschedule_request(
  p_attendance_id uuid,
  p_classroom_slot_id uuid,
  p_class_date date,
  p_reason api.message_text default null,
  p_school_caused boolean default false,
  p_override boolean default false
)
returns api.reschedule_request
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_school_caused boolean := coalesce(p_school_caused, false);
  v_override boolean := coalesce(p_override, false);
  v_id uuid;
  v_answer api.reschedule_request;
begin
  if (v_school_caused or v_override) and not auth.is_admin() then
    perform school.fail('forbidden', 'Only admins go beyond the school''s policy, or move a class on its behalf.');
  end if;
  if not school.may_ask_to_move(p_attendance_id) then
    perform school.fail_reference('attendanceId');
  end if;
  if not exists (select from school.classroom_slots as k where k.id = p_classroom_slot_id and k.deleted_at is null) then
    perform school.fail_reference('classroomSlotId');
  end if;
  perform school.share_lead_of((select b.admission_id from school.attendance as b where b.id = p_attendance_id));
  perform school.claim_reschedule_request(p_attendance_id);
  perform school.lock_reschedule(p_attendance_id, p_classroom_slot_id);
  if exists (
    select
    from school.reschedule_requests as r
    where r.original_attendance_id = p_attendance_id
      and r.status = 'pending'
  ) then
    perform school.fail('already_pending', 'A request to move this class is pending.');
  end if;
  perform school.fail_conflicts(school.reschedule_conflicts(
    p_attendance_id, p_classroom_slot_id, p_class_date, p_is_exempt => v_school_caused or v_override
  ));
  insert into school.reschedule_requests (
    original_attendance_id, student_id, source_class_date, source_classroom_slot_id, class_date, classroom_slot_id,
    reason, is_school_caused, is_override, requested_by, created_at, updated_at
  )
  select
    b.id, b.student_id, b.class_date, b.classroom_slot_id, p_class_date, p_classroom_slot_id,
    school.clean(p_reason), v_school_caused, v_override, auth.user_id(), school.clock(), school.clock()
  from school.attendance as b
  where b.id = p_attendance_id
  returning id into v_id;
  perform school.emit_reschedule('reschedule.requested', v_id);
  select * into v_answer from api.reschedule_request as r where r.id = v_id;
  return v_answer;
end;
$$;
comment on function api.create_reschedule_request is
  'Asks to move one future class to a date and class of the same course and teacher.
Students ask for their own classes, staff for those of their leads, admins for any. The class moves when an admin '
  'approves. schoolCaused (admins): the school is the cause, so it does not count as a move of the plan and meets no '
  'limit of the school''s policy. override (admins): it counts, but meets none.
Refusals: forbidden, unknown_reference, invalid_state, already_pending, class_not_in_future, no_change, '
  'course_or_teacher_mismatch, weekday_mismatch, school_closed, slot_not_operating, too_late_to_move, no_moves_left, '
  'beyond_window, student_conflict, slot_full, too_many_requests (twenty a day for one student).';
grant execute on function api.create_reschedule_request to school_admin, school_staff, school_student;
