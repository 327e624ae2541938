-- One look for all classes that a statement made: they carry the owner of the lead, and their teachers are known to the
-- admission. Mostly both are so already (school.add_classes, school.open_admission), and nothing is written.
-- definer: keys are nobody's to write.
create or replace function school.keys_of_new_classes()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_admission_ids uuid[];
begin
  -- A scalar look-up, so that each admission is found by its key however many the planner expects.
  select array_agg(distinct n.admission_id)
  into v_admission_ids
  from (select distinct m.admission_id, m.lead_owner_id, m.teacher_id from made as m) as n
  where (
    select a.lead_owner_id is distinct from n.lead_owner_id or not a.teacher_ids ? n.teacher_id::text
    from school.admissions as a
    where a.id = n.admission_id
  );
  if v_admission_ids is null then
    return null;
  end if;
  update school.attendance as b
  set lead_owner_id = a.lead_owner_id
  from school.admissions as a
  where a.id = any (v_admission_ids)
    and b.admission_id = a.id
    and b.lead_owner_id is distinct from a.lead_owner_id;
  perform school.keep_teachers(v_admission_ids);
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
