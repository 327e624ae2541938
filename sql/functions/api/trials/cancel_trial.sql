-- definer: trials are nobody's to write; who may cancel is stated.
create function api.cancel_trial(p_trial_id uuid, p_reason api.message_text default null)
returns api.trial
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_trial school.trials := school.lock_trial_row(p_trial_id);
  v_answer api.trial;
begin
  perform school.cancel_trials(array[v_trial.id], p_reason);
  select * into v_answer from api.trial as r where r.id = p_trial_id;
  return v_answer;
end;
$$;
comment on function api.cancel_trial is 'Cancels a booked trial; teacher and owner are told.
Refusals: not_found, invalid_state (it has ended).';
grant execute on function api.cancel_trial to school_admin, school_staff;
