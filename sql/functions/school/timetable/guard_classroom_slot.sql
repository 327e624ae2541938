-- Everything that must hold of a weekly class, for every path that writes one. Locks the teacher, the class itself
-- is locked by its update. Raises unknown_reference, not_a_teacher, teacher_not_for_course, teacher_conflict, in_use.
-- definer: what stands in the way is judged over all rows.
create or replace function school.guard_classroom_slot()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_time_slot school.time_slot_templates;
begin
  if tg_op = 'UPDATE' then
    perform school.require_slot_change(old, new);
  end if;
  if new.deleted_at is not null then
    return new;
  end if;
  perform from school.courses as c where c.id = new.course_id and c.deleted_at is null for share;
  if not found then
    perform school.fail_reference('courseId');
  end if;
  select *
  into v_time_slot
  from school.time_slot_templates as t
  where t.id = new.time_slot_id
    and t.deleted_at is null
  for share;
  if not found then
    perform school.fail_reference('timeSlotId');
  end if;
  perform school.require_teacher(new.teacher_id, 'teacherId');
  perform
  from school.course_teachers as ct
  where ct.course_id = new.course_id
    and ct.teacher_id = new.teacher_id
  for share;
  if not found then
    perform school.fail('teacher_not_for_course', 'The teacher does not teach this course.');
  end if;
  if exists (
    select
    from school.classroom_slots as k
    where k.time_slot_id = new.time_slot_id
      and k.course_id = new.course_id
      and k.teacher_id = new.teacher_id
      and k.deleted_at is null
      and k.id <> new.id
  ) then
    perform school.fail('already_exists', 'This class exists: same time, course and teacher.');
  end if;
  perform school.require_teacher_free(
    new.teacher_id, v_time_slot.weekday, v_time_slot.start_time, v_time_slot.end_time, new.id
  );
  return new;
end;
$$;
comment on function school.guard_classroom_slot() is
  'Trigger: a weekly class has a course, a time and a teacher who teaches it and is free, and seats for those seated '
  'and expected.';

create or replace trigger guard_classroom_slot
before insert or update of time_slot_id, course_id, teacher_id, capacity, deleted_at on school.classroom_slots
for each row
execute function school.guard_classroom_slot();
