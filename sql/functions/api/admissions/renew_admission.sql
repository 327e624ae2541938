-- The new admission sits in the same classes; its classes follow the last one of the old. The seats change hands in one
-- transaction, so that they are never free in between. Locks admission, student, classes by id.
-- definer: admissions and seats are nobody's to write; admins decide.
create function api.renew_admission(p_admission_id uuid, p_course_plan_id uuid default null)
returns api.admission
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_old school.admissions := school.lock_admission_row(p_admission_id);
  v_plan school.course_plans;
  v_id uuid;
  v_answer api.admission;
begin
  v_plan := school.renewal_plan(v_old, coalesce(p_course_plan_id, v_old.course_plan_id));
  perform from school.users as u where u.id = v_old.student_id for no key update;
  perform school.lock_weekdays(array(select s.classroom_slot_id from school.admission_slots as s where s.admission_id = v_old.id));
  if exists (
    select
    from school.admission_slots as s
    join school.time_slot_templates as t on t.id = s.time_slot_id
    join school.operating_days as o on o.weekday = t.weekday
    where s.admission_id = v_old.id
      and not (t.is_active and o.is_open)
  ) then
    perform school.fail('slot_not_operating', 'A time slot of the admission is not active any more, or its day is closed.');
  end if;
  perform school.free_seats(array[p_admission_id]);
  insert into school.admissions (lead_id, student_id, course_id, course_plan_id, renewed_from_id, start_date, total_classes, created_by)
  values (
    v_old.lead_id, v_old.student_id, v_old.course_id, v_plan.id, v_old.id, school.today(), v_plan.total_classes, auth.user_id()
  )
  returning id into v_id;
  insert into school.admission_slots (admission_id, time_slot_id, classroom_slot_id)
  select v_id, s.time_slot_id, s.classroom_slot_id from school.admission_slots as s where s.admission_id = v_old.id;
  insert into school.classroom_enrollments (student_id, classroom_slot_id, admission_id)
  select v_old.student_id, s.classroom_slot_id, v_id from school.admission_slots as s where s.admission_id = v_old.id;
  insert into school.admission_payments (admission_id, updated_by) values (v_id, auth.user_id());
  perform school.continue_classes(v_old.id, v_id, v_plan.total_classes);
  perform school.emit('admission.created', 'admission', v_id, jsonb_build_object(
    'courseId', v_old.course_id, 'leadId', v_old.lead_id, 'renewedFromId', v_old.id
  ));
  select * into v_answer from api.admission as a where a.id = v_id;
  return v_answer;
end;
$$;
comment on function api.renew_admission is 'Renews an admission on the same classes, with the same plan or another of the course; the old one runs out by itself.
Refusals: not_found, invalid_state (not active, or renewed already), unknown_reference, plan_not_for_course, slot_count_mismatch, slot_not_operating, no_class_dates.';
grant execute on function api.renew_admission to school_admin;
