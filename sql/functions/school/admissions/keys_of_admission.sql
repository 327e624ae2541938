-- definer: keys are nobody's to write.
create or replace function school.keys_of_admission()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  new.lead_owner_id := (select l.owner_id from school.leads as l where l.id = new.lead_id and l.deleted_at is null);
  return new;
end;
$$;
comment on function school.keys_of_admission() is 'Trigger: an admission begins with the owner of its lead.';

create or replace trigger keys_of_admission
before insert on school.admissions
for each row
when (new.lead_id is not null)
execute function school.keys_of_admission();
