create or replace function school.weekly_text(p_classroom_slot_id uuid)
returns text
language sql
stable
security invoker
set search_path = ''
as $$
  select format(
    '%s %s–%s', school.weekday_name(t.weekday), school.hhmm(t.start_time), school.hhmm(t.end_time)
  )
  from school.classroom_slots as k
  join school.time_slot_templates as t on t.id = k.time_slot_id
  where k.id = p_classroom_slot_id;
$$;
comment on function school.weekly_text(uuid) is 'When a weekly class is held, as notices say it.';
