create function api.update_time_slot(
  p_time_slot_id uuid,
  p_weekday api.weekday default null,
  p_start_time time default null,
  p_end_time time default null,
  p_is_active boolean default null,
  p_present text[] default '{}',
  p_if_match bigint default null
)
returns api.time_slot
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_version bigint;
  v_answer api.time_slot;
begin
  select t.version into v_version
  from school.time_slot_templates as t
  where t.id = p_time_slot_id
    and t.deleted_at is null
  for no key update;
  perform school.require_row('time slot', v_version, p_if_match);
  perform school.lock_classes_of_courses(array(
    select k.course_id from school.classroom_slots as k where k.time_slot_id = p_time_slot_id and k.deleted_at is null
  ));
  update school.time_slot_templates as t
  set
    weekday = school.patched(p_present, 'weekday', p_weekday, t.weekday),
    start_time = school.patched(p_present, 'start_time', p_start_time, t.start_time),
    end_time = school.patched(p_present, 'end_time', p_end_time, t.end_time),
    is_active = school.patched(p_present, 'is_active', p_is_active, t.is_active)
  where t.id = p_time_slot_id;
  select * into v_answer from api.time_slot as r where r.id = p_time_slot_id;
  return v_answer;
end;
$$;
comment on function api.update_time_slot is
  'Changes a time slot. It does not move while students are seated in it, nor is it put out of use while seats are '
  'held at it.
Refusals: not_found, version_mismatch, in_use, teacher_conflict, already_exists.';
grant execute on function api.update_time_slot to school_admin;
