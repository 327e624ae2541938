-- The day after the earliest last class among those seated; null when nobody is. Grouped, for the last class of one
-- admission alone the planner might look for from the last class of all.
create or replace function school.next_seat_frees_on(p_classroom_slot_id uuid)
returns date
language sql
stable
security invoker
set search_path = ''
as $$
  select min(n.last_date) + 1
  from (
    select max(b.class_date) as last_date
    from school.classroom_enrollments as e
    join school.attendance as b on b.admission_id = e.admission_id
    where e.classroom_slot_id = p_classroom_slot_id
      and e.status = 'active'
      and b.status <> 'cancelled'
    group by e.admission_id
  ) as n;
$$;
comment on function school.next_seat_frees_on(uuid) is
  'The date on which the next seat of a weekly class is free again.';
