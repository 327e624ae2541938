create or replace function school.teachers_of_classes(p_classroom_slot_ids uuid[])
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(jsonb_agg(distinct k.teacher_id order by k.teacher_id), '[]')
  from school.classroom_slots as k
  where k.id = any (p_classroom_slot_ids);
$$;
comment on function school.teachers_of_classes(uuid[]) is 'The teachers of weekly classes, as an array of ids.';
