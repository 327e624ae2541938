-- Cancels the classes of an admission scheduled from p_from to p_to that have not begun, and appends as many at the end
-- of its plan, after the pause. Answers {cancelled, added, conflicts}; with conflicts the caller takes back
-- what was written. Locks lead, admissions, student, weekdays, classes and rows.
-- Raises invalid_request, forbidden, not_found, version_mismatch.
-- long: one pause, in the order of its locks, and its answer.
create or replace function school.pause(
  p_admission_id uuid,
  p_from date,
  p_to date,
  p_reason text,
  p_override boolean,
  p_if_match bigint default null
)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_admission school.admissions;
  v_days_before integer;
  v_lost uuid[];
  v_added jsonb;
begin
  perform school.require_pause_dates(p_from, p_to, p_override);
  v_admission := school.lock_own_admission(p_admission_id);
  perform school.require_version(v_admission.version, p_if_match);
  if v_admission.status <> 'active' then
    return jsonb_build_object('cancelled', '[]'::jsonb, 'added', '[]'::jsonb, 'conflicts', jsonb_build_array(
      jsonb_build_object('code', 'invalid_state', 'message', format('The admission is %s.', v_admission.status))
    ));
  end if;
  perform school.lock_pause(v_admission, p_from, p_to);
  v_days_before := school.pause_days(p_admission_id);
  insert into school.pauses (admission_id, start_date, end_date, reason, is_override, created_by, created_at)
  values (p_admission_id, p_from, p_to, school.clean(p_reason), p_override, auth.user_id(), school.clock());
  with cancelled as (
    update school.attendance as b
    set status = 'cancelled'
    where b.admission_id = p_admission_id
      and b.status = 'scheduled'
      and b.class_date between p_from and p_to
      and not school.has_begun(b.class_date, b.start_time)
    returning b.id
  )
  select coalesce(array_agg(c.id), '{}') into v_lost from cancelled as c;
  perform school.close_requests(v_lost, 'The plan pauses on that date.');
  v_added := school.append_classes(p_admission_id, cardinality(v_lost));
  perform school.note_dates_changed(
    array[v_admission.student_id],
    array(select distinct (a ->> 'classroomSlotId')::uuid from jsonb_array_elements(v_added) as a)
  );
  return jsonb_build_object(
    'cancelled', school.cancelled_classes(v_lost),
    'added', v_added,
    'conflicts', school.pause_conflicts(
      p_admission_id, p_from, p_override, v_days_before, cardinality(v_lost), jsonb_array_length(v_added)
    )
  );
end;
$$;
comment on function school.pause(uuid, date, date, text, boolean, bigint) is 'Pauses an admission.';
