create function api.create_course(
  p_instrument_id uuid,
  p_name api.name_text,
  p_description api.long_text default null
)
returns api.course
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_id uuid;
  v_answer api.course;
begin
  insert into school.courses (instrument_id, name, description)
  values (p_instrument_id, school.clean(p_name), school.clean(p_description))
  returning id into v_id;
  select * into v_answer from api.course as r where r.id = v_id;
  return v_answer;
end;
$$;
comment on function api.create_course is 'Adds a course.
Refusals: unknown_reference, already_exists.';
grant execute on function api.create_course to school_admin;
