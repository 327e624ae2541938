-- Raises unknown_reference, not_a_teacher, in_use.
-- definer: what stands in the way is judged over all rows.
create or replace function school.guard_course_teacher()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if tg_op = 'DELETE' then
    perform school.require_unused(
      'The teacher still has classes of this course',
      school.slots_in_the_way(p_course_id => old.course_id, p_teacher_id => old.teacher_id)
    );
    return old;
  end if;
  perform from school.courses as c where c.id = new.course_id and c.deleted_at is null for share;
  if not found then
    perform school.fail_reference('courseId');
  end if;
  perform school.require_teacher(new.teacher_id, 'teacherId');
  return new;
end;
$$;
comment on function school.guard_course_teacher() is
  'Trigger: teachers teach courses; one who has classes of a course is not taken away.';

create or replace trigger guard_course_teacher
before insert or update or delete on school.course_teachers
for each row
execute function school.guard_course_teacher();
