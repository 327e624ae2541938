create function api.get_lead_stage(p_lead_stage_id uuid)
returns api.lead_stage
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_answer api.lead_stage;
begin
  select * into v_answer from api.lead_stage as s where s.id = p_lead_stage_id;
  if not found then
    perform school.fail_not_found('lead stage');
  end if;
  return v_answer;
end;
$$;
comment on function api.get_lead_stage is 'A stage of leads.
Refusals: not_found.';
grant execute on function api.get_lead_stage to school_admin, school_staff, school_teacher;
