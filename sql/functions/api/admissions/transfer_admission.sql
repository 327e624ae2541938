-- The old seat is offered at once to who waits.
-- definer: seats and attendance are nobody's to write; who may is stated.
create function api.transfer_admission(
  p_admission_id uuid,
  p_from_classroom_slot_id uuid,
  p_time_slot_id uuid,
  p_from date,
  p_teacher_id uuid default null,
  p_if_match bigint default null
)
returns api.admission
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_transfer jsonb := school.transfer(
    p_admission_id, p_from_classroom_slot_id, p_time_slot_id, p_teacher_id, p_from, p_if_match
  );
  v_answer api.admission;
begin
  perform school.fail_conflicts(v_transfer -> 'conflicts');
  perform school.emit_transfer(
    p_admission_id, p_from_classroom_slot_id, (v_transfer ->> 'classroomSlotId')::uuid, p_from
  );
  perform school.settle_waiting(p_admission_id, p_only_taken => true);
  perform school.offer_seats(school.courses_freed(array[p_admission_id]));
  select * into v_answer from api.admission as a where a.id = p_admission_id;
  return v_answer;
end;
$$;
comment on function api.transfer_admission is
  'Exchanges one weekly class of an admission for another of the course, from a date to come on.
The classes still to be held in fromClassroomSlotId from that date on are held in the class of timeSlotId instead: of '
  'teacherId if given, else the one with most seats free: the same classes in the same order and number. Their first '
  'date is kept, requests to move one of them are closed. The old seat goes to who waits for it.
Refusals: forbidden (nobody owns the lead), not_found, unknown_reference, version_mismatch, invalid_state (not active, '
  'or renewed), start_date_out_of_range, no_change, not_a_teacher, teacher_not_for_course, slot_not_operating, '
  'no_classroom, no_class_dates, already_enrolled, student_conflict, slot_full, slot_held (both with alternatives). '
  'All of them are in conflicts.';
grant execute on function api.transfer_admission to school_admin, school_staff;
