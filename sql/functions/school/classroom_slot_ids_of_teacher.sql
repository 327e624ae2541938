-- definer: a membership helper of policies.
create or replace function school.classroom_slot_ids_of_teacher()
returns uuid[]
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(array_agg(k.id), '{}')
  from school.classroom_slots as k
  where k.teacher_id = auth.user_id_as('teacher');
$$;
comment on function school.classroom_slot_ids_of_teacher() is 'The weekly classes of the acting teacher.';
grant execute on function school.classroom_slot_ids_of_teacher() to school_teacher;
