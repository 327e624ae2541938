-- Declares a closure: cancels the scheduled classes in its dates that have not begun and appends as many at the end of
-- each plan, where student and room are free. Answers the closure with {cancelled, counts, added, conflicts}; a plan
-- for which no date is found within three years is a conflict. Trials on these dates are cancelled. Locks leads,
-- admissions, students, weekdays, classes, then the rows, each by id.
create or replace function school.declare_closure(p_start_date date, p_end_date date, p_reason text)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_id uuid;
  v_admission_ids uuid[];
  v_added jsonb := '[]'::jsonb;
  v_admission record;
begin
  insert into school.school_closures (start_date, end_date, reason, created_by)
  values (p_start_date, p_end_date, school.clean(p_reason), auth.user_id())
  returning id into v_id;
  perform school.lock_closure(p_start_date, p_end_date);
  with cancelled as (
    update school.attendance as b
    set status = 'cancelled', closure_id = v_id
    where b.status = 'scheduled'
      and b.class_date between p_start_date and p_end_date
      and not school.has_begun(b.class_date, b.start_time)
    returning b.admission_id
  )
  select array_agg(distinct c.admission_id) into v_admission_ids from cancelled as c;
  perform school.close_requests(
    array(select b.id from school.attendance as b where b.closure_id = v_id),
    'The school is closed on that date.'
  );
  perform school.cancel_trials(
    array(select x.id from school.coming_trials(p_from => p_start_date, p_until => p_end_date) as x),
    'The school is closed on that date.'
  );
  for v_admission in
    select b.admission_id, count(*)::integer as lost
    from school.attendance as b
    where b.closure_id = v_id
      and b.admission_id = any (v_admission_ids)
    group by b.admission_id
    order by min(b.class_date + b.start_time), b.admission_id
  loop
    v_added := v_added || school.append_classes(v_admission.admission_id, v_admission.lost);
  end loop;
  perform school.note_dates_changed(
    array(select distinct (a ->> 'studentId')::uuid from jsonb_array_elements(v_added) as a),
    array(select distinct (a ->> 'classroomSlotId')::uuid from jsonb_array_elements(v_added) as a)
  );
  return (
    select to_jsonb(c) || jsonb_build_object(
      'cancelled', school.cancelled_by_closure(v_id),
      'counts', school.counts_of_closure(v_id),
      'added', v_added,
      'conflicts', school.closure_conflicts(v_id, v_added)
    )
    from api.closure as c
    where c.id = v_id
  );
end;
$$;
comment on function school.declare_closure(date, date, text) is 'Declares a closure over scheduled classes.';
