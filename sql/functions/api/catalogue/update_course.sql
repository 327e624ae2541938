create function api.update_course(
  p_course_id uuid,
  p_instrument_id uuid default null,
  p_name api.name_text default null,
  p_description api.long_text default null,
  p_present text[] default '{}',
  p_if_match bigint default null
)
returns api.course
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_version bigint;
  v_answer api.course;
begin
  select c.version into v_version
  from school.courses as c
  where c.id = p_course_id
    and c.deleted_at is null
  for no key update;
  perform school.require_row('course', v_version, p_if_match);
  update school.courses as c
  set
    instrument_id = school.patched(p_present, 'instrument_id', p_instrument_id, c.instrument_id),
    name = school.patched(p_present, 'name', school.clean(p_name), c.name),
    description = school.patched(p_present, 'description', school.clean(p_description), c.description)
  where c.id = p_course_id;
  select * into v_answer from api.course as r where r.id = p_course_id;
  return v_answer;
end;
$$;
comment on function api.update_course is 'Changes a course.
Refusals: not_found, version_mismatch, unknown_reference, already_exists.';
grant execute on function api.update_course to school_admin;
