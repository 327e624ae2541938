-- A teacher cannot hold two live weekly classes that overlap; back to back is fine. The caller holds the teacher's
-- row. Raises teacher_conflict with the classes that overlap.
create or replace function school.require_teacher_free(
  p_teacher_id uuid,
  p_weekday integer,
  p_start_time time,
  p_end_time time,
  p_but_classroom_slot_id uuid,
  p_but_time_slot_id uuid default null
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_conflicts jsonb;
begin
  perform school.require_fresh_sight();
  select jsonb_agg(jsonb_build_object(
    'code', 'teacher_conflict',
    'timeSlotId', t.id,
    'classroomSlotId', k.id,
    'classroomSlot', school.class_ref(k.id),
    'message', format(
      'already teaches %s on %s, %s to %s',
      c.name, school.weekday_name(t.weekday), school.hhmm(t.start_time), school.hhmm(t.end_time)
    )
  ) order by t.start_time, k.id)
  into v_conflicts
  from school.classroom_slots as k
  join school.time_slot_templates as t on t.id = k.time_slot_id
  join school.courses as c on c.id = k.course_id
  where k.teacher_id = p_teacher_id
    and k.deleted_at is null
    and k.id <> p_but_classroom_slot_id
    and t.id is distinct from p_but_time_slot_id
    and t.weekday = p_weekday
    and t.start_time < p_end_time
    and p_start_time < t.end_time;
  if v_conflicts is not null then
    perform school.fail(
      'teacher_conflict',
      'The teacher ' || (v_conflicts -> 0 ->> 'message') || '.',
      jsonb_build_object('conflicts', v_conflicts)
    );
  end if;
end;
$$;
comment on function school.require_teacher_free(uuid, integer, time, time, uuid, uuid) is
  'Refuses a second class of a teacher at an overlapping time.';
