create function api.delete_time_slot(p_time_slot_id uuid, p_if_match bigint default null)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_version bigint;
begin
  select t.version into v_version
  from school.time_slot_templates as t
  where t.id = p_time_slot_id
    and t.deleted_at is null
  for no key update;
  perform school.require_row('time slot', v_version, p_if_match);
  update school.time_slot_templates set deleted_at = school.clock() where id = p_time_slot_id;
end;
$$;
comment on function api.delete_time_slot is 'Deletes a time slot without classes.
Refusals: not_found, version_mismatch, in_use.';
grant execute on function api.delete_time_slot to school_admin;
