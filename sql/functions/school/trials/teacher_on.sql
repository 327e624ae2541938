create or replace function school.teacher_on(p_classroom_slot_id uuid, p_date date)
returns uuid
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(s.teacher_id, k.teacher_id)
  from school.classroom_slots as k
  left join school.class_substitutes as s on s.classroom_slot_id = k.id and s.class_date = p_date
  where k.id = p_classroom_slot_id;
$$;
comment on function school.teacher_on(uuid, date) is 'Who teaches a class on a date: its teacher, or the substitute.';
