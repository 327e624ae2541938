-- The leads whose trials end with a class, or with weekdays, by id, then these weekdays or that class: who ends them
-- writes the leads, too. Somebody may book between the look and the lock: then the locks of this turn are given back
-- and all begins again.
-- definer: leads and classes are not for everybody to lock.
create or replace function school.lock_leads_of_trials(
  p_classroom_slot_id uuid default null,
  p_weekdays integer[] default null
)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_lead_ids uuid[];
begin
  if not auth.is_admin() then
    return;
  end if;
  loop
    begin
      v_lead_ids := array(select x.lead_id from school.coming_trials(p_classroom_slot_id, p_weekdays) as x);
      perform from school.leads as l where l.id = any (v_lead_ids) order by l.id for no key update;
      perform from school.operating_days as o where o.weekday = any (p_weekdays) order by o.weekday for no key update;
      perform from school.classroom_slots as k where k.id = p_classroom_slot_id for update;
      if v_lead_ids @> array(select x.lead_id from school.coming_trials(p_classroom_slot_id, p_weekdays) as x) then
        return;
      end if;
      raise exception using errcode = 'OS002', message = 'somebody came in between';
    exception
      when sqlstate 'OS002' then
        continue;
    end;
  end loop;
end;
$$;
comment on function school.lock_leads_of_trials(uuid, integer[]) is
  'Takes the locks of ending a class, or closing weekdays, with trials.';
grant execute on function school.lock_leads_of_trials(uuid, integer[]) to school_admin;
