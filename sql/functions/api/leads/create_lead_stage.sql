create function api.create_lead_stage(
  p_name api.name_text,
  p_position api.position_number,
  p_kind api.stage_kind
)
returns api.lead_stage
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_id uuid;
  v_answer api.lead_stage;
begin
  insert into school.lead_stages (name, position, kind)
  values (school.clean(p_name), p_position, p_kind)
  returning id into v_id;
  select * into v_answer from api.lead_stage as r where r.id = v_id;
  return v_answer;
end;
$$;
comment on function api.create_lead_stage is 'Adds a lead stage.
Refusals: already_exists.';
grant execute on function api.create_lead_stage to school_admin;
