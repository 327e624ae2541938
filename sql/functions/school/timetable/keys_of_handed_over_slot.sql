-- Of a weekly class: everybody who sits or sat in it, and the requests to move one of its dates.
-- definer: keys are nobody's to write.
create or replace function school.keys_of_handed_over_slot()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  update school.reschedule_requests as r
  set teacher_ids = school.teachers_of_request(b.teacher_id, r.source_classroom_slot_id)
  from school.attendance as b
  where r.source_classroom_slot_id = new.id
    and b.id = r.original_attendance_id;
  perform school.keep_teachers(array(
    select distinct e.admission_id
    from school.classroom_enrollments as e
    where e.classroom_slot_id = new.id
  ));
  return null;
end;
$$;
comment on function school.keys_of_handed_over_slot() is
  'Trigger: a new teacher of a weekly class sees who sits and sat in it.';

create or replace trigger keys_of_handed_over_slot
after update of teacher_id on school.classroom_slots
for each row
when (old.teacher_id <> new.teacher_id)
execute function school.keys_of_handed_over_slot();
