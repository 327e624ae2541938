-- The students: who sits in the class, and who is expected in it.
-- definer: events are nobody's to write, and students are told whoever changes the class.
create or replace function school.tell_new_teacher()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform school.emit('class.teacher_changed', 'classroom_slot', new.id, jsonb_build_object(
    'courseId', new.course_id,
    'weekly', school.weekly_text(new.id),
    'teacherIds', array[old.teacher_id, new.teacher_id],
    'teacherName', (select u.name from school.users as u where u.id = new.teacher_id),
    'studentIds', array(
      select e.student_id
      from school.classroom_enrollments as e
      where e.classroom_slot_id = new.id
        and e.status = 'active'
      union
      select b.student_id
      from school.attendance as b
      where b.classroom_slot_id = new.id
        and b.status = 'scheduled'
        and b.class_date >= (select school.today())
      order by 1
    )
  ));
  return null;
end;
$$;
comment on function school.tell_new_teacher() is
  'Trigger: a new teacher of a weekly class is told to whom it concerns.';

create or replace trigger tell_new_teacher
after update of teacher_id on school.classroom_slots
for each row
when (old.teacher_id <> new.teacher_id)
execute function school.tell_new_teacher();
