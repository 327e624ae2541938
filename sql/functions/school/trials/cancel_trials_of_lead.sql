-- Of a lead that comes no more, or comes every week now: its trials that have not begun. The caller holds the lead and
-- the classes that come before these (school.lock_admission).
create or replace function school.cancel_trials_of_lead(p_lead_id uuid, p_reason text)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_trial_ids uuid[] := array(
    select x.id
    from school.trials as x
    where x.lead_id = p_lead_id
      and x.status = 'booked'
      and not school.has_begun(x.class_date, x.start_time)
  );
begin
  if cardinality(v_trial_ids) = 0 then
    return;
  end if;
  perform
  from school.classroom_slots as k
  where k.id in (select x.classroom_slot_id from school.trials as x where x.id = any (v_trial_ids))
  order by k.id
  for update;
  perform school.cancel_trials(v_trial_ids, p_reason);
end;
$$;
comment on function school.cancel_trials_of_lead(uuid, text) is 'Cancels the trials to come of a lead.';
