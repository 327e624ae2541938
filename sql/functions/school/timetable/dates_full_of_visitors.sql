-- Where a weekly seat is free, a date is full only by people who come once: each who sits there has one place on it. So
-- only the dates to which somebody was moved are counted, and today, on which somebody may be marked who has given the
-- seat up since. From p_from on, but not before today.
create or replace function school.dates_full_of_visitors(p_classroom_slot_ids uuid[], p_from date)
returns table (classroom_slot_id uuid, class_date date)
language sql
stable
security invoker
set search_path = ''
as $$
  select v.classroom_slot_id, v.class_date
  from (
    select b.classroom_slot_id, b.class_date
    from school.attendance as b
    where b.classroom_slot_id = any (p_classroom_slot_ids)
      and b.original_class_date is not null
      and b.class_date >= greatest(p_from, (select school.today()))
      and b.status <> 'cancelled'
    union
    select i, (select school.today())
    from unnest(p_classroom_slot_ids) as i
    where p_from <= (select school.today())
  ) as v
  join school.classroom_slots as k on k.id = v.classroom_slot_id
  cross join lateral school.expected_by_date(array[v.classroom_slot_id], v.class_date, v.class_date) as d
  where d.expected >= k.capacity;
$$;
comment on function school.dates_full_of_visitors(uuid[], date) is
  'The dates to come on which people who come once leave no place in a class.';
