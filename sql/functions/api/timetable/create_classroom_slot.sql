create function api.create_classroom_slot(
  p_time_slot_id uuid,
  p_course_id uuid,
  p_teacher_id uuid,
  p_capacity api.capacity
)
returns api.classroom_slot
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_id uuid;
  v_answer api.classroom_slot;
begin
  perform school.lock_classes_of_courses(array[p_course_id]);
  insert into school.classroom_slots (time_slot_id, course_id, teacher_id, capacity)
  values (p_time_slot_id, p_course_id, p_teacher_id, p_capacity)
  returning id into v_id;
  select * into v_answer from api.classroom_slot as r where r.id = v_id;
  return v_answer;
end;
$$;
comment on function api.create_classroom_slot is 'Adds a weekly class. Its seats are offered to who waits for them.
Refusals: unknown_reference, not_a_teacher, teacher_not_for_course, already_exists, teacher_conflict.';
grant execute on function api.create_classroom_slot to school_admin;
