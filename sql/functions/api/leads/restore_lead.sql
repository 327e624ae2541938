create function api.restore_lead(p_lead_id uuid)
returns api.lead
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_lead record;
  v_answer api.lead;
begin
  select l.deleted_at into v_lead from school.leads as l where l.id = p_lead_id for update;
  if not found then
    perform school.fail_not_found('lead');
  end if;
  if v_lead.deleted_at is null then
    perform school.fail('invalid_state', 'The lead is not deleted.');
  end if;
  update school.leads set deleted_at = null where id = p_lead_id;
  select * into v_answer from api.lead as l where l.id = p_lead_id;
  return v_answer;
end;
$$;
comment on function api.restore_lead is 'Brings a deleted lead back.
Refusals: not_found, invalid_state.';
grant execute on function api.restore_lead to school_admin;
