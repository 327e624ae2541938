create or replace function school.teachers_of_request(p_teacher_id uuid, p_classroom_slot_id uuid)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(jsonb_agg(t.id order by t.id), '[]')
  from (
    select p_teacher_id
    union
    select k.teacher_id
    from school.classroom_slots as k
    where k.id = p_classroom_slot_id
  ) as t (id);
$$;
comment on function school.teachers_of_request(uuid, uuid) is
  'Who sees a request to move a class: its teacher (p_teacher_id), and that of the weekly class it is of.';
