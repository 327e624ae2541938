-- Dated classes still to come, and booked trials, as things in the way of an edit. Where nobody is seated they are
-- visits: classes that were moved there, and leads who come once.
create or replace function school.visitors_in_the_way(
  p_classroom_slot_id uuid default null,
  p_time_slot_id uuid default null,
  p_with_trials boolean default true
)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(jsonb_agg(
    jsonb_build_object(
      'kind', v.kind,
      'id', v.id,
      'classroomSlotId', k.id,
      'classroomSlot', school.class_ref(k.id),
      'classDate', v.class_date,
      'message', format('%s on %s at %s', v.name, v.class_date, school.hhmm(v.start_time))
    )
    order by v.class_date, v.start_time, v.id
  ), '[]')
  from (
    select 'attendance' as kind, b.id, b.classroom_slot_id, b.class_date, b.start_time, u.name
    from school.attendance as b
    join school.users as u on u.id = b.student_id
    where b.status = 'scheduled'
      and b.class_date >= (select school.today())
    union all
    select 'trial', x.id, x.classroom_slot_id, x.class_date, x.start_time, l.name
    from school.coming_trials() as x
    join school.leads as l on l.id = x.lead_id
    where p_with_trials
  ) as v
  join school.classroom_slots as k on k.id = v.classroom_slot_id
  where (p_classroom_slot_id is null or k.id = p_classroom_slot_id)
    and (p_time_slot_id is null or k.time_slot_id = p_time_slot_id);
$$;
comment on function school.visitors_in_the_way(uuid, uuid, boolean) is
  'The dated classes and trials still to come of a weekly class or of a time slot.';
