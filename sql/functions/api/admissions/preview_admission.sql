-- The judgement of api.create_admission without its locks and writes: same validation, same dates, all conflicts.
-- definer: seats are counted over all rows.
create function api.preview_admission(
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
  v_judgement school.admission_judgement;
begin
  select
    i.user_id, i.role,
    p_lead_id, p_student_id, p_student, p_course_id, p_course_plan_id, p_start_date, p_time_slot_ids, p_teacher_id,
    coalesce(p_allow_backdated, false)
  into v_request
  from (select) as nobody
  left join auth.identity() as i on true;
  perform school.require_admission_rights(v_request);
  v_judgement := school.judge_admission(v_request);
  return school.admission_preview(v_request, v_judgement);
end;
$$;
comment on function api.preview_admission is
  'Tells what an admission would do, and every conflict at once; writes nothing.
Slots are as the admission would have them. What creating refuses as not valid is refused here, too.
Answers: admission_preview.
Refusals: forbidden, unknown_reference. Everything else that would refuse the admission is in conflicts, with ok '
  'false.';
grant execute on function api.preview_admission to school_admin, school_staff;
