-- A booked trial of the caller's sight, to be ended; locks its lead, its class and the trial. Admins all, staff those
-- of their leads, teachers those in the classes they give. Raises not_found, invalid_state.
create or replace function school.lock_trial_row(p_trial_id uuid)
returns school.trials
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_trial school.trials;
begin
  select *
  into v_trial
  from school.trials as x
  where x.id = p_trial_id
    and school.lead_of_trial(x.id) is not null;
  if not found then
    perform school.fail_not_found('trial');
  end if;
  perform from school.leads as l where l.id = v_trial.lead_id for no key update;
  perform from school.classroom_slots as k where k.id = v_trial.classroom_slot_id for update;
  select * into v_trial from school.trials as x where x.id = p_trial_id for update;
  if school.lead_of_trial(p_trial_id) is null then
    perform school.fail_not_found('trial');
  end if;
  if v_trial.status <> 'booked' then
    perform school.fail('invalid_state', format('The trial is %s.', v_trial.status));
  end if;
  return v_trial;
end;
$$;
comment on function school.lock_trial_row(uuid) is 'A booked trial, locked.';
