-- Comes before keys_of_lead, which locks trials: classes are locked before them. A lead with admissions, whose locks
-- come before those of classes, has no trials to come.
-- definer: trials are nobody's to write.
create or replace function school.cancel_trials_of_lost_lead()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if new.deleted_at is not null then
    perform school.cancel_trials_of_lead(new.id, 'The lead was deleted.');
  elsif exists (select from school.lead_stages as s where s.id = new.stage_id and s.kind = 'lost') then
    perform school.cancel_trials_of_lead(new.id, 'The lead is lost.');
  end if;
  return null;
end;
$$;
comment on function school.cancel_trials_of_lost_lead() is 'Trigger: who is lost or deleted comes to no trial.';

create or replace trigger cancel_trials_of_lost_lead
after update of stage_id, deleted_at on school.leads
for each row
when (
  new.stage_id <> old.stage_id
  or (old.deleted_at is null and new.deleted_at is not null)
)
execute function school.cancel_trials_of_lost_lead();
