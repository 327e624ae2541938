-- Where a weekly seat is free, a date is full only by people without one: each who sits there has one place on it. So
-- only these dates are counted: those to which somebody was moved or comes for a trial, and those of who has no seat
-- there any more: it was exchanged for another from a later date on, or given up on a day that was marked before.
-- From p_from on, but not before today.
create or replace function school.dates_full_of_visitors(p_classroom_slot_ids uuid[], p_from date)
returns table (classroom_slot_id uuid, class_date date)
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return query
  select v.classroom_slot_id, v.class_date
  from (
    select b.classroom_slot_id, b.class_date
    from school.attendance as b
    where b.classroom_slot_id = any (p_classroom_slot_ids)
      and b.original_class_date is not null
      and b.class_date >= greatest(p_from, (select school.today()))
      and b.status <> 'cancelled'
    union
    select x.classroom_slot_id, x.class_date
    from school.trials as x
    where x.classroom_slot_id = any (p_classroom_slot_ids)
      and x.class_date >= greatest(p_from, (select school.today()))
      and x.status = 'booked'
    union
    select b.classroom_slot_id, b.class_date
    from school.attendance as b
    where b.classroom_slot_id = any (p_classroom_slot_ids)
      and b.class_date >= greatest(p_from, (select school.today()))
      and b.status <> 'cancelled'
      and not exists (
        select
        from school.classroom_enrollments as e
        where e.student_id = b.student_id
          and e.classroom_slot_id = b.classroom_slot_id
          -- Said once more, so that no other classes' seats are looked at.
          and e.classroom_slot_id = any (p_classroom_slot_ids)
          and e.status = 'active'
      )
  ) as v
  join school.classroom_slots as k on k.id = v.classroom_slot_id
  cross join lateral school.expected_by_date(array[v.classroom_slot_id], v.class_date, v.class_date) as d
  where d.expected >= k.capacity;
end;
$$;
comment on function school.dates_full_of_visitors(uuid[], date) is
  'The dates to come on which people without a weekly seat leave no place in a class.';
