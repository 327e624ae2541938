-- A time slot with seated students does not move, and a moved one leads no teacher into two classes at once. While
-- seats are held at it, it neither moves nor becomes inactive: nobody could take them.
-- Raises in_use, teacher_conflict.
-- definer: what stands in the way is judged over all rows.
create or replace function school.guard_time_slot()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_class record;
begin
  if new.deleted_at is not null then
    perform school.require_unused(
      'The time slot still has classes', school.slots_in_the_way(p_time_slot_id => new.id)
    );
    return new;
  end if;
  perform
  from school.classroom_slots as k
  where k.time_slot_id = new.id
    and k.deleted_at is null
  order by k.id
  for update;
  perform school.require_unused(
    'Seats are held at this time', school.held_seats_in_the_way(p_time_slot_id => new.id)
  );
  if (new.weekday, new.start_time, new.end_time) = (old.weekday, old.start_time, old.end_time) then
    return new;
  end if;
  perform school.require_unused(
    'Students are seated at this time', school.enrollments_in_the_way(p_time_slot_id => new.id)
  );
  perform school.require_unused(
    'Students are expected at this time', school.visitors_in_the_way(p_time_slot_id => new.id)
  );
  for v_class in
    select k.id, k.teacher_id
    from school.classroom_slots as k
    where k.time_slot_id = new.id
      and k.deleted_at is null
    order by k.teacher_id, k.id
  loop
    perform school.lock_live_user(v_class.teacher_id);
    perform school.require_teacher_free(
      v_class.teacher_id, new.weekday, new.start_time, new.end_time, v_class.id, new.id
    );
  end loop;
  return new;
end;
$$;
comment on function school.guard_time_slot() is 'Trigger: a time slot in use neither moves nor goes.';

create or replace trigger guard_time_slot
before update on school.time_slot_templates
for each row
when (
  new.weekday <> old.weekday
  or new.start_time <> old.start_time
  or new.end_time <> old.end_time
  or (old.is_active and not new.is_active)
  or (old.deleted_at is null and new.deleted_at is not null)
)
execute function school.guard_time_slot();
