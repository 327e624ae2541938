-- A page of a list joins the same by itself: there a call for each row would cost more than the rest.
create or replace function school.class_ref(p_classroom_slot_id uuid)
returns api.classroom_slot_ref
language sql
stable
security invoker
set search_path = ''
as $$
  select k.id, school.class_name(c.name, t.weekday, t.start_time)
  from school.classroom_slots as k
  join school.time_slot_templates as t on t.id = k.time_slot_id
  join school.courses as c on c.id = k.course_id
  where k.id = p_classroom_slot_id;
$$;
comment on function school.class_ref(uuid) is 'Id and name of a weekly class.';
