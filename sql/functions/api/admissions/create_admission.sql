-- One transaction: rights and ids → locks (lead, student, classes by id) → rights and ids again, as a rival may have
-- changed them meanwhile, and judgement, in new statements → writes → event. A full class commits nothing but the
-- event admission.refused. A class made while this waited for its locks is not locked: 40001, from the start again.
-- definer: takes seats, which nobody may write, and counts them over all rows.
create function api.create_admission(
  p_course_id uuid,
  p_course_plan_id uuid,
  p_start_date date,
  p_time_slot_ids api.time_slot_ids,
  p_lead_id uuid default null,
  p_student_id uuid default null,
  p_student api.new_student default null,
  p_teacher_id uuid default null,
  p_allow_backdated boolean default false
)
returns json
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_request school.admission_request;
  v_locked uuid[];
  v_judgement school.admission_judgement;
  v_warnings json;
  v_admission_id uuid;
begin
  select
    i.user_id, i.role,
    p_lead_id, p_student_id, p_student, p_course_id, p_course_plan_id, p_start_date, p_time_slot_ids, p_teacher_id,
    coalesce(p_allow_backdated, false)
  into v_request
  from (select) as nobody
  left join auth.identity() as i on true;
  perform school.require_admission_rights(v_request);
  v_locked := school.lock_admission(v_request);
  perform school.require_admission_rights(v_request);
  v_judgement := school.judge_admission(v_request);
  if not v_locked @> array(select c.classroom_slot_id from unnest(v_judgement.slots) as c) then
    raise exception using
      errcode = 'serialization_failure',
      message = 'A class was added while this admission waited.';
  end if;
  if v_judgement.conflicts <> '[]' then
    return school.refuse_admission(v_request, v_judgement.conflicts);
  end if;
  v_warnings := school.admission_warnings(v_request, v_judgement);
  v_admission_id := school.insert_admission(v_request, v_judgement);
  perform school.settle_waiting(v_admission_id);
  perform school.emit(
    'admission.created', 'admission', v_admission_id, jsonb_build_object('courseId', p_course_id, 'leadId', p_lead_id)
  );
  return (
    select (row_to_json(a)::jsonb || jsonb_build_object('warnings', v_warnings))::json
    from api.admission as a
    where a.id = v_admission_id
  );
end;
$$;
comment on function api.create_admission is
  'Admits a student into weekly classes and makes all dated classes of the plan.
The student is studentId, or is made from student, or from the lead. Each time slot resolves to a class of the course, '
  'of teacherId if given, else the one with most seats free. Either all of it happens or nothing does. Dates on which '
  'people who come once fill a room are passed over and told in warnings.
Answers: admission and admission_warnings.
Refusals: forbidden, unknown_reference, lead_already_converted (with admissionId), plan_not_for_course, '
  'slot_count_mismatch, start_date_out_of_range, not_a_student, not_a_teacher, teacher_not_for_course, duplicate_slot, '
  'overlapping_slots, slot_not_operating, no_classroom, no_class_dates, email_in_use (with userId), already_enrolled, '
  'student_conflict, slot_full, slot_held (both with alternatives). All of them are in conflicts.';
grant execute on function api.create_admission to school_admin, school_staff;
