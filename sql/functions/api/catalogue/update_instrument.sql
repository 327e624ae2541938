create function api.update_instrument(
  p_instrument_id uuid,
  p_name api.name_text default null,
  p_present text[] default '{}',
  p_if_match bigint default null
)
returns api.instrument
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_version bigint;
  v_answer api.instrument;
begin
  select i.version into v_version
  from school.instruments as i
  where i.id = p_instrument_id
    and i.deleted_at is null
  for no key update;
  perform school.require_row('instrument', v_version, p_if_match);
  update school.instruments as i
  set
    name = school.patched(p_present, 'name', school.clean(p_name), i.name)
  where i.id = p_instrument_id;
  select * into v_answer from api.instrument as r where r.id = p_instrument_id;
  return v_answer;
end;
$$;
comment on function api.update_instrument is 'Renames an instrument.
Refusals: not_found, version_mismatch, already_exists.';
grant execute on function api.update_instrument to school_admin;
