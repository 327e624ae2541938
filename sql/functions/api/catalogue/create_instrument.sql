create function api.create_instrument(
  p_name api.name_text
)
returns api.instrument
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_id uuid;
  v_answer api.instrument;
begin
  insert into school.instruments (name)
  values (school.clean(p_name))
  returning id into v_id;
  select * into v_answer from api.instrument as r where r.id = v_id;
  return v_answer;
end;
$$;
comment on function api.create_instrument is 'Adds an instrument.
Refusals: already_exists.';
grant execute on function api.create_instrument to school_admin;
