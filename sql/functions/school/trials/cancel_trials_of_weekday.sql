-- Whoever closes a weekday has locked the leads first (school.lock_leads_of_trials). Locks the classes by id.
-- definer: trials are nobody's to write.
create or replace function school.cancel_trials_of_weekday()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_trial_ids uuid[] := array(select x.id from school.coming_trials(p_weekdays => array[new.weekday]) as x);
begin
  perform
  from school.classroom_slots as k
  where k.id in (select x.classroom_slot_id from school.trials as x where x.id = any (v_trial_ids))
  order by k.id
  for update;
  perform school.cancel_trials(
    v_trial_ids, format('The school is closed on %ss.', school.weekday_name(new.weekday))
  );
  return null;
end;
$$;
comment on function school.cancel_trials_of_weekday() is 'Trigger: on a weekday that closes there are no trials.';

create or replace trigger cancel_trials_of_weekday
after update of is_open on school.operating_days
for each row
when (old.is_open and not new.is_open)
execute function school.cancel_trials_of_weekday();
