-- What stands against a transfer of an active admission, as a JSON array in order: rules, then seats. p_target: the
-- class that the wanted time resolves to; p_moved: the answer of school.transfer_moves. The seat that is left counts
-- as given up, and is no alternative.
create or replace function school.transfer_conflicts(
  p_request school.admission_request,
  p_from_classroom_slot_id uuid,
  p_from date,
  p_target school.chosen_slot,
  p_moved jsonb
)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  with conflicts (rank, weekday, start_time, conflict) as (
    select 1, null::integer, null::time, jsonb_build_object(
      'code', 'start_date_out_of_range',
      'message', format('A transfer begins between %s and %s.', t.date + 1, t.date + 365)
    )
    from (select school.today() as date) as t
    where p_from not between t.date + 1 and t.date + 365
    union all
    select 2, null, null, school.slot_conflict('no_change', (p_target).time_slot_id, 'is the class to be left')
      || jsonb_build_object(
        'classroomSlotId', p_from_classroom_slot_id, 'classroomSlot', school.class_ref(p_from_classroom_slot_id)
      )
    where (p_target).classroom_slot_id = p_from_classroom_slot_id
    union all
    select 3, s.weekday, s.start_time, s.conflict
    from school.selection_conflicts(p_request, array[p_target]) as s
    union all
    select 4, null, null, jsonb_build_object(
      'code', 'no_class_dates',
      'message', format('Only %s of %s classes find a date within three years.', n.found, n.classes)
    )
    from (
      select count(m ->> 'toDate') as found, count(*) as classes
      from jsonb_array_elements(p_moved) as m
    ) as n
    where n.found < n.classes
    union all
    select 5, s.weekday, s.start_time, s.conflict || case
      when s.conflict ? 'alternatives' then jsonb_build_object('alternatives', (
        select coalesce(jsonb_agg(v.value order by v.place), '[]')
        from jsonb_array_elements(s.conflict -> 'alternatives') with ordinality as v (value, place)
        where v.value ->> 'classroomSlotId' <> p_from_classroom_slot_id::text
      ))
      else '{}'
    end
    from school.seat_conflicts(p_request, array[p_target]) as s
    where (p_target).classroom_slot_id <> p_from_classroom_slot_id
      and (p_target).is_operating
  )
  select coalesce(
    jsonb_agg(c.conflict order by c.rank, c.weekday nulls first, c.start_time, c.conflict ->> 'code'), '[]'
  )
  from conflicts as c;
$$;
comment on function school.transfer_conflicts(school.admission_request, uuid, date, school.chosen_slot, jsonb) is
  'What stands against a transfer.';
