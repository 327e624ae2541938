-- p_what completes "Monday 16:00–17:00 …".
create or replace function school.slot_conflict(p_code text, p_time_slot_id uuid, p_what text)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select jsonb_build_object(
    'code', p_code,
    'timeSlotId', t.id,
    'weekday', t.weekday,
    'startTime', school.hhmm(t.start_time),
    'endTime', school.hhmm(t.end_time),
    'message', format(
      '%s %s–%s %s.', school.weekday_name(t.weekday), school.hhmm(t.start_time), school.hhmm(t.end_time), p_what
    )
  )
  from school.time_slot_templates as t
  where t.id = p_time_slot_id;
$$;
comment on function school.slot_conflict(text, uuid, text) is 'A conflict about one weekly time, as the wire shows it.';
