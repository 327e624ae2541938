-- Whoever deletes a class has locked the leads first (school.lock_leads_of_trials).
-- definer: trials are nobody's to write.
create or replace function school.cancel_trials_of_slot()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform school.cancel_trials(
    array(select x.id from school.coming_trials(p_classroom_slot_id => new.id) as x), 'The class is no longer held.'
  );
  return null;
end;
$$;
comment on function school.cancel_trials_of_slot() is 'Trigger: a class that ends takes its trials along.';

create or replace trigger cancel_trials_of_slot
after update of deleted_at on school.classroom_slots
for each row
when (old.deleted_at is null and new.deleted_at is not null)
execute function school.cancel_trials_of_slot();
