-- One look for all classes that a statement made: they carry the owner of the lead, and their teachers are known to the
-- admission, mostly as those of its weekly classes.
-- definer: keys are nobody's to write.
create or replace function school.keys_of_new_classes()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  update school.attendance as b
  set lead_owner_id = a.lead_owner_id
  from made as m
  join school.admissions as a on a.id = m.admission_id
  where b.id = m.id
    and m.lead_owner_id is distinct from a.lead_owner_id;
  perform school.keep_teachers(array(
    select distinct m.admission_id
    from made as m
    join school.admissions as a on a.id = m.admission_id
    where not a.teacher_ids ? m.teacher_id::text
  ));
  return null;
end;
$$;
comment on function school.keys_of_new_classes() is
  'Trigger: new dated classes begin with the keys of their admission.';

create or replace trigger keys_of_new_classes
after insert on school.attendance
referencing new table as made
for each statement
execute function school.keys_of_new_classes();
