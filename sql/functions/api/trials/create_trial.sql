-- Locks in the global order, then judges again what a rival may have changed meanwhile, in new statements.
-- definer: places are counted over all rows, and trials are nobody's to write; who may book is stated.
create function api.create_trial(
  p_lead_id uuid,
  p_classroom_slot_id uuid,
  p_date date,
  p_override boolean default false
)
returns api.trial
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_conflicts jsonb;
  v_id uuid;
  v_answer api.trial;
begin
  perform school.require_trial_rights(p_lead_id, p_classroom_slot_id, coalesce(p_override, false));
  perform school.lock_trial(p_lead_id, p_classroom_slot_id);
  perform school.require_trial_rights(p_lead_id, p_classroom_slot_id, coalesce(p_override, false));
  v_conflicts := school.trial_conflicts(p_lead_id, p_classroom_slot_id, p_date, coalesce(p_override, false));
  if v_conflicts -> 0 ->> 'code' = 'lead_already_converted' then
    perform school.fail(
      'lead_already_converted',
      v_conflicts -> 0 ->> 'message',
      jsonb_build_object('admissionId', v_conflicts -> 0 -> 'admissionId', 'conflicts', v_conflicts)
    );
  end if;
  perform school.fail_conflicts(v_conflicts);
  insert into school.trials (
    lead_id, classroom_slot_id, course_id, teacher_id, class_date, start_time, end_time, created_by, created_at,
    updated_at
  )
  select
    p_lead_id, k.id, k.course_id, school.teacher_on(k.id, p_date), p_date, t.start_time, t.end_time, auth.user_id(),
    school.clock(), school.clock()
  from school.classroom_slots as k
  join school.time_slot_templates as t on t.id = k.time_slot_id
  where k.id = p_classroom_slot_id
  returning id into v_id;
  update school.leads as l
  set
    demo_date = p_date,
    assigned_teacher_id = coalesce(
      l.assigned_teacher_id,
      (select u.id from school.lock_live_user(school.teacher_on(p_classroom_slot_id, p_date)) as u)
    )
  where l.id = p_lead_id;
  perform school.note_dates_changed('{}', array[p_classroom_slot_id]);
  perform school.emit_trial('trial.booked', v_id);
  select * into v_answer from api.trial as r where r.id = v_id;
  return v_answer;
end;
$$;
comment on function api.create_trial is
  'Books a trial: a lead sits in a class on one date, which takes a place on that date and no weekly seat.
Staff book for leads they own, admins for all; admins may go beyond the number of trials with override. The lead is '
  'given its demoDate, and the class''s teacher when it has none.
Refusals: forbidden, unknown_reference, lead_already_converted (with admissionId), invalid_state (a lead that is won '
  'or lost), already_exists (a trial of the course is booked), class_not_held, school_closed, class_not_in_future, '
  'beyond_window (60 days), no_trials_left, date_full. All of them are in conflicts.';
grant execute on function api.create_trial to school_admin, school_staff;
