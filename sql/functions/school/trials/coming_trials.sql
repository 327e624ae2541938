-- The booked trials that have not begun, of a weekly class, on weekdays, between dates (both included); null arguments
-- do not narrow.
create or replace function school.coming_trials(
  p_classroom_slot_id uuid default null,
  p_weekdays integer[] default null,
  p_from date default null,
  p_until date default null
)
returns setof school.trials
language sql
stable
security invoker
set search_path = ''
as $$
  select *
  from school.trials as x
  where x.status = 'booked'
    and (p_classroom_slot_id is null or x.classroom_slot_id = p_classroom_slot_id)
    and (p_weekdays is null or extract(isodow from x.class_date) = any (p_weekdays))
    and (p_from is null or x.class_date >= p_from)
    and (p_until is null or x.class_date <= p_until)
    and not school.has_begun(x.class_date, x.start_time);
$$;
comment on function school.coming_trials(uuid, integer[], date, date) is 'Booked trials that have not begun.';
