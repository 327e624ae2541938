-- Shares the lead, so that its owner stays until this is written.
-- definer: keys are nobody's to write.
create or replace function school.keys_of_new_lead_rows()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  select l.owner_id
  into new.lead_owner_id
  from school.leads as l
  where l.id = new.lead_id
    and l.deleted_at is null
  for share;
  return new;
end;
$$;
comment on function school.keys_of_new_lead_rows() is
  'Trigger: an entry of the waiting list and a trial begin with the owner of their lead.';

create or replace trigger keys_of_new_lead_rows before insert on school.waitlist_entries
for each row when (new.lead_id is not null) execute function school.keys_of_new_lead_rows();
create or replace trigger keys_of_new_lead_rows before insert on school.trials
for each row execute function school.keys_of_new_lead_rows();
