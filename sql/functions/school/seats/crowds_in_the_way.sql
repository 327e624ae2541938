-- Dates to come on which more people are expected in a class than it would have seats, as things in the way of an edit.
create or replace function school.crowds_in_the_way(p_classroom_slot_id uuid, p_capacity integer)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(jsonb_agg(
    jsonb_build_object(
      'kind', 'classroom_slot',
      'id', d.classroom_slot_id,
      'classDate', d.class_date,
      'message', format('%s people on %s', d.expected, d.class_date)
    )
    order by d.class_date
  ), '[]')
  from school.full_dates(array[p_classroom_slot_id], p_capacity => p_capacity + 1) as d;
$$;
comment on function school.crowds_in_the_way(uuid, integer) is
  'The dates to come on which a class has more people than it would have seats.';
