-- What stands against the seats: the student sits in the class already, or elsewhere at that time; all seats are
-- taken by others (slot_full), or those that are not are held for others (slot_held).
create or replace function school.seat_conflicts(p_request school.admission_request, p_slots school.chosen_slot[])
returns table (weekday integer, start_time time, conflict jsonb)
language sql
stable
security invoker
set search_path = ''
as $$
  with seated as (
    select
      c.time_slot_id,
      bool_or(e.classroom_slot_id = c.classroom_slot_id) as in_this_class,
      min(oc.name) as elsewhere
    from unnest(p_slots) as c
    join school.classroom_enrollments as e on e.student_id = (p_request).student_id and e.status = 'active'
    join school.classroom_slots as k on k.id = e.classroom_slot_id
    join school.time_slot_templates as t on t.id = k.time_slot_id
    join school.courses as oc on oc.id = k.course_id
    where t.weekday = c.weekday
      and t.start_time < c.end_time
      and c.start_time < t.end_time
    group by c.time_slot_id
  )
  select c.weekday, c.start_time, jsonb_build_object(
    'classroomSlotId', c.classroom_slot_id, 'classroomSlot', school.class_ref(c.classroom_slot_id)
  ) || case
    when s.in_this_class then
      school.slot_conflict('already_enrolled', c.time_slot_id, 'is a class the student is in already')
    else
      school.slot_conflict('student_conflict', c.time_slot_id, format('is when the student is in %s', s.elsewhere))
  end
  from unnest(p_slots) as c
  join seated as s on s.time_slot_id = c.time_slot_id
  union all
  select
    c.weekday,
    c.start_time,
    case
      when c.enrolled >= c.capacity then
        school.slot_conflict(
          'slot_full', c.time_slot_id, format('is full: %s of %s seats are taken', c.enrolled, c.capacity)
        )
      else
        school.slot_conflict('slot_held', c.time_slot_id, 'has no seat but those held for who waits')
          || jsonb_build_object('heldUntil', c.held_until)
    end
      || jsonb_build_object(
        'classroomSlotId', c.classroom_slot_id,
        'classroomSlot', school.class_ref(c.classroom_slot_id),
        'capacity', c.capacity,
        'occupied', c.enrolled,
        'alternatives', school.alternatives(p_request, c.weekday, c.start_time)
      )
  from unnest(p_slots) as c
  left join seated as s on s.time_slot_id = c.time_slot_id
  where c.free = 0
    and s.in_this_class is not true;
$$;
comment on function school.seat_conflicts(school.admission_request, school.chosen_slot[]) is
  'What stands against the seats of a wanted admission.';
