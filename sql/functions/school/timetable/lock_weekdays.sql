-- Shares the weekdays of classes, in order: while they are held no day of theirs is closed, by a closure or for good.
create or replace function school.lock_weekdays(p_classroom_slot_ids uuid[])
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform
  from school.operating_days as o
  where o.weekday in (
    select t.weekday
    from school.classroom_slots as k
    join school.time_slot_templates as t on t.id = k.time_slot_id
    where k.id = any (p_classroom_slot_ids)
  )
  order by o.weekday
  for share;
end;
$$;
comment on function school.lock_weekdays(uuid[]) is 'Takes the lock against closing the days of classes.';
