-- definer: keys are nobody's to write.
create or replace function school.keys_of_pause()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  select a.student_id, a.lead_owner_id
  into new.student_id, new.lead_owner_id
  from school.admissions as a
  where a.id = new.admission_id;
  return new;
end;
$$;
comment on function school.keys_of_pause() is 'Trigger: a pause begins with the keys of its admission.';

create or replace trigger keys_of_pause before insert on school.pauses
for each row execute function school.keys_of_pause();
