-- Shares the lead, so that its owner stays until this is written.
-- definer: a lead is read whoever writes the note or tag; the policies judge the row with its keys.
create or replace function school.keys_from_lead()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  select l.owner_id, l.assigned_teacher_id, l.deleted_at is null
  into new.lead_owner_id, new.lead_teacher_id, new.lead_is_live
  from school.leads as l
  where l.id = new.lead_id
  for share;
  new.lead_is_live := coalesce(new.lead_is_live, false);
  return new;
end;
$$;
comment on function school.keys_from_lead() is 'Trigger: a note or tag begins with the keys of its lead.';

create or replace trigger keys_from_lead before insert on school.lead_notes
for each row execute function school.keys_from_lead();
create or replace trigger keys_from_lead before insert on school.lead_tags
for each row execute function school.keys_from_lead();
