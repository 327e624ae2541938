-- Shares the time slots before it locks the class, as who changes a time slot locks its classes after it.
create function api.update_classroom_slot(
  p_classroom_slot_id uuid,
  p_time_slot_id uuid default null,
  p_course_id uuid default null,
  p_teacher_id uuid default null,
  p_capacity api.capacity default null,
  p_present text[] default '{}',
  p_if_match bigint default null
)
returns api.classroom_slot
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_version bigint;
  v_answer api.classroom_slot;
begin
  perform
  from school.time_slot_templates as t
  where t.id in (
    p_time_slot_id,
    (select k.time_slot_id from school.classroom_slots as k where k.id = p_classroom_slot_id)
  )
  order by t.id
  for share;
  if 'teacher_id' = any (p_present) then
    perform school.lock_people_of_slot(p_classroom_slot_id);
  end if;
  perform school.lock_classes_of_courses(array(
    select k.course_id from school.classroom_slots as k where k.id = p_classroom_slot_id
    union
    select p_course_id
  ));
  select k.version into v_version
  from school.classroom_slots as k
  where k.id = p_classroom_slot_id
    and k.deleted_at is null
  for update;
  perform school.require_row('classroom slot', v_version, p_if_match);
  update school.classroom_slots as k
  set
    time_slot_id = school.patched(p_present, 'time_slot_id', p_time_slot_id, k.time_slot_id),
    course_id = school.patched(p_present, 'course_id', p_course_id, k.course_id),
    teacher_id = school.patched(p_present, 'teacher_id', p_teacher_id, k.teacher_id),
    capacity = school.patched(p_present, 'capacity', p_capacity, k.capacity)
  where k.id = p_classroom_slot_id;
  select * into v_answer from api.classroom_slot as r where r.id = p_classroom_slot_id;
  return v_answer;
end;
$$;
comment on function api.update_classroom_slot is
  'Changes a weekly class. A new teacher takes over the dates to come; time and course stay while students are seated, '
  'and capacity stays at or above the seats taken.
Refusals: not_found, version_mismatch, unknown_reference, not_a_teacher, teacher_not_for_course, already_exists, '
  'in_use, teacher_conflict.';
grant execute on function api.update_classroom_slot to school_admin;
