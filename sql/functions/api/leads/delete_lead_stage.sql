create function api.delete_lead_stage(p_lead_stage_id uuid, p_if_match bigint default null)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_version bigint;
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
  update school.lead_stages set deleted_at = school.clock() where id = p_lead_stage_id;
end;
$$;
comment on function api.delete_lead_stage is 'Deletes a lead stage without leads.
Refusals: not_found, version_mismatch, in_use.';
grant execute on function api.delete_lead_stage to school_admin;
