-- What a change of a weekly class may not take from those who sit in it or are expected; trials end with a class that
-- is deleted. Raises in_use.
create or replace function school.require_slot_change(p_old school.classroom_slots, p_new school.classroom_slots)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_seated jsonb := school.enrollments_in_the_way(p_classroom_slot_id => p_new.id)
    || school.held_seats_in_the_way(p_new.id);
begin
  if p_new.deleted_at is not null
    or p_new.time_slot_id <> p_old.time_slot_id
    or p_new.course_id <> p_old.course_id
  then
    perform school.require_unused('Students are seated in this class, or seats are held', v_seated);
    perform school.require_unused(
      'Students are expected in this class',
      school.visitors_in_the_way(p_classroom_slot_id => p_new.id, p_with_trials => p_new.deleted_at is null)
    );
  end if;
  if p_new.teacher_id <> p_old.teacher_id then
    perform school.require_unused(
      'Seats are held for who waits for this teacher',
      school.held_seats_in_the_way(p_classroom_slot_id => p_new.id, p_teacher_id => p_old.teacher_id)
    );
  end if;
  if p_new.capacity < jsonb_array_length(v_seated) then
    perform school.require_unused(
      format('%s seats are taken or held, %s would remain', jsonb_array_length(v_seated), p_new.capacity),
      v_seated
    );
  end if;
  if p_new.capacity < p_old.capacity then
    perform school.require_unused(
      format('More than %s people are expected in this class', p_new.capacity),
      school.crowds_in_the_way(p_new.id, p_new.capacity)
    );
  end if;
end;
$$;
comment on function school.require_slot_change(school.classroom_slots, school.classroom_slots) is
  'Refuses to take a weekly class, or its seats, from those who need them.';
