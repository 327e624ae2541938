-- Live weekly classes as things in the way of an edit; null arguments do not narrow.
create or replace function school.slots_in_the_way(
  p_course_id uuid default null,
  p_teacher_id uuid default null,
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
      'kind', 'classroom_slot',
      'id', k.id,
      'message', school.class_name(c.name, t.weekday, t.start_time)
    )
    order by t.weekday, t.start_time, k.id
  ), '[]')
  from school.classroom_slots as k
  join school.time_slot_templates as t on t.id = k.time_slot_id
  join school.courses as c on c.id = k.course_id
  where k.deleted_at is null
    and (p_course_id is null or k.course_id = p_course_id)
    and (p_teacher_id is null or k.teacher_id = p_teacher_id)
    and (p_time_slot_id is null or k.time_slot_id = p_time_slot_id);
$$;
comment on function school.slots_in_the_way(uuid, uuid, uuid) is
  'The live weekly classes of a course, teacher or time slot.';
