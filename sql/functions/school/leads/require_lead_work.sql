-- Like school.require_lead, and refuses staff who do not own the lead. Raises not_found, forbidden.
create or replace function school.require_lead_work(p_lead_id uuid)
returns school.leads
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_lead school.leads := school.require_lead(p_lead_id);
begin
  if auth.role() = 'staff' and v_lead.owner_id is null then
    perform school.fail('forbidden', 'Claim the lead first.');
  end if;
  return v_lead;
end;
$$;
comment on function school.require_lead_work(uuid) is 'A lead the acting user works on, locked.';
