-- Writes an admission with its weekly classes, their seats and the payment. The caller holds the locks, has judged, and
-- dates the classes (school.add_classes).
create or replace function school.open_admission(p_admission school.admissions, p_classroom_slot_ids uuid[])
returns uuid
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_id uuid;
begin
  insert into school.admissions (
    lead_id, student_id, course_id, course_plan_id, renewed_from_id, start_date, total_classes, price, created_by,
    teacher_ids
  )
  select
    (p_admission).lead_id, (p_admission).student_id, (p_admission).course_id, (p_admission).course_plan_id,
    (p_admission).renewed_from_id, (p_admission).start_date, (p_admission).total_classes,
    (select p.price from school.course_plans as p where p.id = (p_admission).course_plan_id), (p_admission).created_by,
    coalesce(jsonb_agg(distinct k.teacher_id order by k.teacher_id), '[]')
  from school.classroom_slots as k
  where k.id = any (p_classroom_slot_ids)
  returning id into v_id;
  insert into school.admission_slots (admission_id, time_slot_id, classroom_slot_id)
  select v_id, k.time_slot_id, k.id
  from school.classroom_slots as k
  where k.id = any (p_classroom_slot_ids);
  insert into school.classroom_enrollments (student_id, classroom_slot_id, admission_id)
  select (p_admission).student_id, i, v_id
  from unnest(p_classroom_slot_ids) as i;
  insert into school.admission_payments (admission_id, updated_by) values (v_id, (p_admission).created_by);
  return v_id;
end;
$$;
comment on function school.open_admission(school.admissions, uuid[]) is
  'Writes an admission with its seats and its payment.';
