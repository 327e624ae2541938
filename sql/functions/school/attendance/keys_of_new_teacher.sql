-- Of a dated class: the admission and the requests to move that class. Whoever changes teachers holds the admission
-- and the class (school.lock_people_of_slot); the requests come last in the order of locks, and are locked here.
-- definer: keys are nobody's to write.
create or replace function school.keys_of_new_teacher()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  update school.reschedule_requests as r
  set teacher_ids = school.teachers_of_request(new.teacher_id, r.source_classroom_slot_id)
  where r.original_attendance_id = new.id;
  perform school.keep_teachers(array[new.admission_id]);
  return null;
end;
$$;
comment on function school.keys_of_new_teacher() is
  'Trigger: who teaches a dated class now sees its student, who never did any more does not.';

create or replace trigger keys_of_new_teacher
after update of teacher_id on school.attendance
for each row
when (old.teacher_id <> new.teacher_id)
execute function school.keys_of_new_teacher();
