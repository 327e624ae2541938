-- Writes a judged admission: student, admission, seats, payment, dated classes; the lead goes to the first won stage,
-- and to no trial. The caller holds the locks and has found no conflict. A student who is a user already is
-- written too, unchanged, so that two admissions of one student collide instead of missing each other's classes.
create or replace function school.insert_admission(
  p_request school.admission_request,
  p_judgement school.admission_judgement
)
returns uuid
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_admission school.admissions;
begin
  if (p_request).student_id is null then
    v_admission.student_id := school.insert_user((p_judgement).student, 'student');
  else
    v_admission.student_id := (p_request).student_id;
    perform school.note_dates_changed(array[v_admission.student_id], '{}');
  end if;
  v_admission.lead_id := (p_request).lead_id;
  v_admission.course_id := (p_request).course_id;
  v_admission.course_plan_id := (p_request).course_plan_id;
  v_admission.total_classes := (
    select p.total_classes from school.course_plans as p where p.id = (p_request).course_plan_id
  );
  v_admission.start_date := (p_request).start_date;
  v_admission.created_by := (p_request).actor_id;
  v_admission.id := school.open_admission(
    v_admission, array(select c.classroom_slot_id from unnest((p_judgement).slots) as c)
  );
  perform school.add_classes(v_admission.id, (p_judgement).dates);
  update school.leads as l
  set stage_id = coalesce(
    (
      select s.id
      from school.lead_stages as s
      where s.kind = 'won'
        and s.deleted_at is null
      order by s.position, s.id
      limit 1
    ),
    l.stage_id
  ),
  follow_up_status = 'done'
  where l.id = (p_request).lead_id;
  perform school.cancel_trials_of_lead((p_request).lead_id, 'The lead was admitted.');
  return v_admission.id;
end;
$$;
comment on function school.insert_admission(school.admission_request, school.admission_judgement) is
  'Writes an admission that was judged sound.';
