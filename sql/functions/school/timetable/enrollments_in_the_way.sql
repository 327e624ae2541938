-- Active enrollments as things in the way of an edit.
create or replace function school.enrollments_in_the_way(
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
    jsonb_build_object('kind', 'enrollment', 'id', e.id, 'admissionId', e.admission_id, 'message', u.name)
    order by u.name, e.id
  ), '[]')
  from school.classroom_enrollments as e
  join school.classroom_slots as k on k.id = e.classroom_slot_id
  join school.users as u on u.id = e.student_id
  where e.status = 'active'
    and (p_classroom_slot_id is null or k.id = p_classroom_slot_id)
    and (p_time_slot_id is null or k.time_slot_id = p_time_slot_id);
$$;
comment on function school.enrollments_in_the_way(uuid, uuid) is
  'The active enrollments of a class or of all classes of a time slot.';
