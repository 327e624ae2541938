-- Locks a lead the acting user sees and answers it. One that is out of sight is not waited for; what was waited for may
-- have left the sight meanwhile, so it is looked at again. Raises not_found.
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
  perform
  from school.leads as l
  where l.id = p_lead_id
    and exists (select from school.visible_lead as v where v.id = p_lead_id)
  for update;
  select * into v_lead from school.visible_lead as v where v.id = p_lead_id;
  if not found then
    perform school.fail_not_found('lead');
  end if;
  return v_lead;
end;
$$;
comment on function school.require_lead(uuid) is 'A visible lead, locked.';
