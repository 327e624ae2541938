-- definer: keys are nobody's to write.
create or replace function school.keys_of_new_seats()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform school.keep_teachers(array(
    select distinct m.admission_id
    from made as m
    join school.classroom_slots as k on k.id = m.classroom_slot_id
    join school.admissions as a on a.id = m.admission_id
    where not a.teacher_ids ? k.teacher_id::text
  ));
  return null;
end;
$$;
comment on function school.keys_of_new_seats() is 'Trigger: the teachers of new seats are teachers of the admission.';

create or replace trigger keys_of_new_seats
after insert on school.classroom_enrollments
referencing new table as made
for each statement
execute function school.keys_of_new_seats();
