-- Cancels booked trials and tells teacher and owner; a demo date that was the trial's is cleared with it. Those that
-- have ended stay as they are. The caller holds the leads and the classes; locks the trials by id.
create or replace function school.cancel_trials(p_trial_ids uuid[], p_reason text)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_cancelled uuid[];
begin
  perform from school.trials as x where x.id = any (p_trial_ids) order by x.id for update;
  with cancelled as (
    update school.trials as x
    set status = 'cancelled', ended_at = school.clock(), ended_by = auth.user_id()
    where x.id = any (p_trial_ids)
      and x.status = 'booked'
    returning x.id
  )
  select array_agg(c.id) into v_cancelled from cancelled as c;
  update school.leads as l
  set demo_date = null
  from school.trials as x
  where x.id = any (v_cancelled)
    and l.id = x.lead_id
    and l.demo_date = x.class_date
    and not exists (
      select
      from school.trials as ox
      where ox.lead_id = x.lead_id
        and ox.class_date = x.class_date
        and ox.status <> 'cancelled'
    );
  perform school.note_dates_changed(
    '{}', array(select x.classroom_slot_id from school.trials as x where x.id = any (v_cancelled))
  );
  perform school.emit_trial('trial.cancelled', x.id, p_reason)
  from school.trials as x
  where x.id = any (v_cancelled)
  order by x.class_date, x.start_time, x.id;
end;
$$;
comment on function school.cancel_trials(uuid[], text) is 'Cancels trials and tells whom they concern.';
