-- Dated classes still to come as things in the way of an edit. Where nobody is seated they are visits: classes that
-- were moved there.
create or replace function school.visitors_in_the_way(
  p_classroom_slot_id uuid default null,
  p_time_slot_id uuid default null
)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(jsonb_agg(
    jsonb_build_object(
      'kind', 'attendance',
      'id', b.id,
      'classroomSlotId', b.classroom_slot_id,
      'classDate', b.class_date,
      'message', format('%s on %s at %s', u.name, b.class_date, school.hhmm(b.start_time))
    )
    order by b.class_date, b.start_time, b.id
  ), '[]')
  from school.attendance as b
  join school.classroom_slots as k on k.id = b.classroom_slot_id
  join school.users as u on u.id = b.student_id
  where b.status = 'scheduled'
    and b.class_date >= (select school.today())
    and (p_classroom_slot_id is null or k.id = p_classroom_slot_id)
    and (p_time_slot_id is null or k.time_slot_id = p_time_slot_id);
$$;
comment on function school.visitors_in_the_way(uuid, uuid) is
  'The dated classes still to come of a weekly class or of a time slot.';
