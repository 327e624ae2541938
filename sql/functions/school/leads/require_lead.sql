-- Locks a lead the acting user sees and answers it. One that is out of sight is not waited for; what was waited for may
-- have left the sight meanwhile, so it is asked again. Raises not_found.
create or replace function school.require_lead(p_lead_id uuid)
returns school.leads
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_lead school.leads;
begin
  if school.sees_lead(p_lead_id) then
    select * into v_lead from school.leads as l where l.id = p_lead_id for update;
  end if;
  if v_lead.id is null or not school.sees_lead(p_lead_id) then
    perform school.fail_not_found('lead');
  end if;
  return v_lead;
end;
$$;
comment on function school.require_lead(uuid) is 'A visible lead, locked.';
