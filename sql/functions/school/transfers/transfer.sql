-- Exchanges a weekly class of an admission for another of the course from p_from on. Answers {moved, conflicts,
-- classroomSlotId}, the last being the new class. With conflicts the caller takes back what was written until then: the
-- old seat is given up before the new one is judged, so that it is in nobody's way. The seat of a renewal goes back to
-- what it renewed, while that runs. Locks lead, admissions, student, time slot, weekday, classes and rows.
-- Raises not_found, forbidden, unknown_reference, version_mismatch, serialization_failure.
-- long: one exchange, in the order of its locks.
create or replace function school.transfer(
  p_admission_id uuid,
  p_from_classroom_slot_id uuid,
  p_time_slot_id uuid,
  p_teacher_id uuid,
  p_from date,
  p_if_match bigint default null
)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_admission school.admissions := school.lock_own_admission(p_admission_id);
  v_known uuid[] := school.lock_transfer(v_admission, p_from_classroom_slot_id, p_time_slot_id, p_from);
  v_request school.admission_request;
  v_target school.chosen_slot;
  v_moved jsonb;
  v_conflicts jsonb;
begin
  perform school.require_transfer_references(p_admission_id, p_from_classroom_slot_id, p_time_slot_id, p_teacher_id);
  perform school.require_version(v_admission.version, p_if_match);
  v_conflicts := school.transfer_state_conflicts(v_admission, p_from_classroom_slot_id);
  if v_conflicts <> '[]' then
    return jsonb_build_object('moved', '[]'::jsonb, 'conflicts', v_conflicts);
  end if;
  update school.classroom_enrollments as e
  set status = 'inactive', updated_at = school.clock()
  where e.admission_id = p_admission_id
    and e.classroom_slot_id = p_from_classroom_slot_id;
  perform school.return_seats(p_admission_id);
  v_request.lead_id := v_admission.lead_id;
  v_request.student_id := v_admission.student_id;
  v_request.course_id := v_admission.course_id;
  v_request.start_date := school.today();
  v_request.time_slot_ids := array[p_time_slot_id];
  v_request.teacher_id := p_teacher_id;
  select * into v_target from school.admission_choice(v_request);
  if v_target.classroom_slot_id <> all (v_known) then
    raise exception using
      errcode = 'serialization_failure',
      message = 'A class was added while this transfer waited.';
  end if;
  v_moved := school.transfer_moves(p_admission_id, p_from_classroom_slot_id, v_target, p_from);
  v_conflicts := school.transfer_conflicts(v_request, p_from_classroom_slot_id, p_from, v_target, v_moved);
  if v_conflicts = '[]' then
    perform school.exchange_seats(p_admission_id, p_from_classroom_slot_id, v_target.classroom_slot_id);
    perform school.close_requests(
      array(select (m ->> 'attendanceId')::uuid from jsonb_array_elements(v_moved) as m),
      'The class has another weekly time.'
    );
    perform school.move_class((m ->> 'attendanceId')::uuid, v_target.classroom_slot_id, (m ->> 'toDate')::date)
    from jsonb_array_elements(v_moved) as m;
  end if;
  return jsonb_build_object(
    'moved', v_moved, 'conflicts', v_conflicts, 'classroomSlotId', v_target.classroom_slot_id
  );
end;
$$;
comment on function school.transfer(uuid, uuid, uuid, uuid, date, bigint) is
  'Exchanges a weekly class of an admission for another.';
