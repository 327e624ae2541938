-- The dates from today on, on which as many people are expected in a class as there are seats, p_capacity of them when
-- given instead of the class's own.
create or replace function school.full_dates(p_classroom_slot_ids uuid[], p_capacity integer default null)
returns table (classroom_slot_id uuid, class_date date, expected integer)
language sql
stable
security invoker
set search_path = ''
as $$
  select d.classroom_slot_id, d.class_date, d.expected
  from school.expected_by_date(p_classroom_slot_ids, school.today()) as d
  join school.classroom_slots as k on k.id = d.classroom_slot_id
  where d.expected >= coalesce(p_capacity, k.capacity);
$$;
comment on function school.full_dates(uuid[], integer) is 'The dates to come on which classes have no place left.';
