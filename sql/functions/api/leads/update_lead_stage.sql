create function api.update_lead_stage(
  p_lead_stage_id uuid,
  p_name api.name_text default null,
  p_position api.position_number default null,
  p_kind api.stage_kind default null,
  p_present text[] default '{}',
  p_if_match bigint default null
)
returns api.lead_stage
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_version bigint;
  v_answer api.lead_stage;
begin
  select s.version
  into v_version
  from school.lead_stages as s
  where s.id = p_lead_stage_id
    and s.deleted_at is null
  for no key update;
  if not found then
    perform school.fail_not_found('lead stage');
  end if;
  perform school.require_version(v_version, p_if_match);
  update school.lead_stages as s
  set
    name = school.patched(p_present, 'name', school.clean(p_name), s.name),
    position = school.patched(p_present, 'position', p_position, s.position),
    kind = school.patched(p_present, 'kind', p_kind, s.kind)
  where s.id = p_lead_stage_id;
  select * into v_answer from api.lead_stage as r where r.id = p_lead_stage_id;
  return v_answer;
end;
$$;
comment on function api.update_lead_stage is 'Changes a lead stage.
Refusals: not_found, version_mismatch, already_exists.';
grant execute on function api.update_lead_stage to school_admin;
