-- Part of school.check_invariants: seats and dates have room, and seats go with their admission and class.
create or replace function school.unsound_seats()
returns table (code text, entity_id uuid, detail text)
language sql
stable
security invoker
set search_path = ''
as $$
  select 'oversold_class', n.classroom_slot_id, format(
    '%s seats, %s taken and %s held', n.capacity, n.enrolled, n.held
  )
  from school.count_free(array(select k.id from school.classroom_slots as k)) as n
  where n.enrolled + n.held > n.capacity
  union all
  select 'oversold_date', d.classroom_slot_id, format('%s people on %s', d.expected, d.class_date)
  from school.full_dates(array(select k.id from school.classroom_slots as k)) as d
  join school.classroom_slots as k on k.id = d.classroom_slot_id
  where d.expected > k.capacity
  union all
  select 'seat_in_a_deleted_class', e.id, 'active enrollment in a deleted class'
  from school.classroom_enrollments as e
  join school.classroom_slots as k on k.id = e.classroom_slot_id
  where e.status = 'active'
    and k.deleted_at is not null
  union all
  select 'seat_without_a_running_admission', e.id, format('the admission is %s', a.status)
  from school.classroom_enrollments as e
  join school.admissions as a on a.id = e.admission_id
  where e.status = 'active'
    and a.status not in ('active', 'blocked')
  union all
  select 'running_admission_without_its_seats', a.id, format(
    '%s classes a week, %s seats', count(distinct s.time_slot_id), count(distinct e.id)
  )
  from school.admissions as a
  join school.admission_slots as s on s.admission_id = a.id
  left join school.classroom_enrollments as e on e.admission_id = a.id and e.status = 'active'
  where a.status in ('active', 'blocked')
    and not school.is_continued(a.id)
  group by a.id
  having count(distinct s.time_slot_id) <> count(distinct e.id);
$$;
comment on function school.unsound_seats() is
  'Classes and dates with more people than seats, and seats that do not go with their admission or class.';
