create function api.get_instrument(p_instrument_id uuid)
returns api.instrument
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_answer api.instrument;
begin
  select * into v_answer from api.instrument as i where i.id = p_instrument_id;
  if not found then
    perform school.fail_not_found('instrument');
  end if;
  return v_answer;
end;
$$;
comment on function api.get_instrument is 'An instrument.
Refusals: not_found.';
grant execute on function api.get_instrument to school_admin, school_staff, school_teacher, school_student;
