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
  v_slot_ids uuid[] := array(
    select s.classroom_slot_id from school.admission_slots as s where s.admission_id = p_admission_id
  );
  v_dates school.class_date[];
  v_new school.admissions;
  v_answer api.admission;
begin
  v_plan := school.renewal_plan(v_old, coalesce(p_course_plan_id, v_old.course_plan_id));
  perform from school.users as u where u.id = v_old.student_id for no key update;
  perform school.lock_weekdays(v_slot_ids);
  if exists (
    select
    from school.admission_slots as s
    join school.time_slot_templates as t on t.id = s.time_slot_id
    join school.operating_days as o on o.weekday = t.weekday
    where s.admission_id = v_old.id
      and not (t.is_active and o.is_open)
  ) then
    perform school.fail(
      'slot_not_operating', 'A time slot of the admission is not active any more, or its day is closed.'
    );
  end if;
  perform school.give_up_seats(array[p_admission_id]);
  v_dates := school.renewal_dates(p_admission_id, v_plan.total_classes);
  v_new := v_old;
  v_new.course_plan_id := v_plan.id;
  v_new.total_classes := v_plan.total_classes;
  v_new.renewed_from_id := v_old.id;
  v_new.start_date := (select min(d.class_date) from unnest(v_dates) as d where not d.is_full);
  v_new.created_by := auth.user_id();
  v_new.id := school.open_admission(v_new, v_slot_ids);
  perform school.add_classes(v_new.id, v_dates);
  perform school.note_dates_changed(array[v_new.student_id], '{}');
  perform school.emit('admission.created', 'admission', v_new.id, jsonb_build_object(
    'courseId', v_old.course_id, 'leadId', v_old.lead_id, 'renewedFromId', v_old.id
  ));
  select * into v_answer from api.admission as a where a.id = v_new.id;
  return v_answer;
end;
$$;
comment on function api.renew_admission is
  'Renews an admission on the same classes, with the same plan or another of the course; the old one runs out by itself.
Refusals: not_found, invalid_state (not active, or renewed already), unknown_reference, plan_not_for_course, '
  'slot_count_mismatch, slot_not_operating, no_class_dates.';
grant execute on function api.renew_admission to school_admin;
