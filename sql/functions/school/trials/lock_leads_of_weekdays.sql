-- The leads whose trials end with weekdays, by id, then the weekdays: as school.lock_leads_of_slot.
-- definer: leads are not for everybody to lock.
create or replace function school.lock_leads_of_weekdays(p_weekdays integer[])
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
      v_lead_ids := array(select x.lead_id from school.coming_trials(p_weekdays => p_weekdays) as x);
      perform from school.leads as l where l.id = any (v_lead_ids) order by l.id for no key update;
      perform from school.operating_days as o where o.weekday = any (p_weekdays) order by o.weekday for no key update;
      if v_lead_ids @> array(select x.lead_id from school.coming_trials(p_weekdays => p_weekdays) as x) then
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
comment on function school.lock_leads_of_weekdays(integer[]) is 'Takes the locks of closing weekdays with trials.';
grant execute on function school.lock_leads_of_weekdays(integer[]) to school_admin;
