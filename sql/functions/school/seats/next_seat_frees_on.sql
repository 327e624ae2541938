-- The day after the earliest last class among those seated; null when nobody is.
create or replace function school.next_seat_frees_on(p_classroom_slot_id uuid)
returns date
language sql
stable
security invoker
set search_path = ''
as $$
  select min(l.last_date) + 1
  from school.classroom_enrollments as e
  cross join lateral (
    select max(b.class_date) as last_date
    from school.attendance as b
    where b.admission_id = e.admission_id
      and b.status <> 'cancelled'
  ) as l
  where e.classroom_slot_id = p_classroom_slot_id
    and e.status = 'active';
$$;
comment on function school.next_seat_frees_on(uuid) is
  'The date on which the next seat of a weekly class is free again.';
