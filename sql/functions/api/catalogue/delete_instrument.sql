create function api.delete_instrument(p_instrument_id uuid, p_if_match bigint default null)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_version bigint;
begin
  select i.version into v_version
  from school.instruments as i
  where i.id = p_instrument_id
    and i.deleted_at is null
  for no key update;
  perform school.require_row('instrument', v_version, p_if_match);
  update school.instruments set deleted_at = school.clock() where id = p_instrument_id;
end;
$$;
comment on function api.delete_instrument is 'Deletes an instrument without courses.
Refusals: not_found, version_mismatch, in_use.';
grant execute on function api.delete_instrument to school_admin;
