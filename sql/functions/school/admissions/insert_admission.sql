-- Writes a judged admission: student, admission, slots, seats, payment, dated classes; moves the lead to the first
-- won stage. The caller holds the locks and has found no conflict. A student who is a user already is written too,
-- unchanged, so that two admissions of one student collide instead of missing each other's classes.
create or replace function school.insert_admission(p_request api.admission_request, p_judgement jsonb)
returns uuid
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_student_id uuid := (p_request).student_id;
  v_admission_id uuid;
  v_slot_ids uuid[] := array(select jsonb_array_elements_text(p_judgement -> 'classroomSlotIds'))::uuid[];
begin
  if v_student_id is null then
    select school.add_user(n.name, 'student', n.email, n.phone) into v_student_id from school.new_student(p_request) as n;
  else
    perform school.note_dates_changed(array[v_student_id], '{}');
  end if;
  insert into school.admissions (lead_id, student_id, course_id, course_plan_id, start_date, total_classes, created_by, teacher_ids)
  select
    (p_request).lead_id, v_student_id, (p_request).course_id, p.id, (p_request).start_date, p.total_classes, auth.user_id(),
    school.teachers_of_classes(v_slot_ids)
  from school.course_plans as p
  where p.id = (p_request).course_plan_id
  returning id into v_admission_id;
  insert into school.admission_slots (admission_id, time_slot_id, classroom_slot_id)
  select v_admission_id, k.time_slot_id, k.id
  from school.classroom_slots as k
  where k.id = any (v_slot_ids);
  insert into school.classroom_enrollments (student_id, classroom_slot_id, admission_id)
  select v_student_id, k, v_admission_id
  from unnest(v_slot_ids) as k;
  insert into school.admission_payments (admission_id, updated_by)
  values (v_admission_id, auth.user_id());
  insert into school.attendance (admission_id, student_id, lead_owner_id, classroom_slot_id, teacher_id, class_date, start_time, end_time)
  select a.id, a.student_id, a.lead_owner_id, d."classroomSlotId", d."teacherId", d.date, d."startTime", d."endTime"
  from school.admissions as a
  cross join jsonb_to_recordset(p_judgement -> 'classDates')
    as d (date date, "classroomSlotId" uuid, "startTime" time, "endTime" time, "teacherId" uuid)
  where a.id = v_admission_id;
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
  return v_admission_id;
end;
$$;
comment on function school.insert_admission(api.admission_request, jsonb) is 'Writes an admission that was judged sound.';
