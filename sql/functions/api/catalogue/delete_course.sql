create function api.delete_course(p_course_id uuid, p_if_match bigint default null)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_version bigint;
begin
  select c.version into v_version
  from school.courses as c
  where c.id = p_course_id
    and c.deleted_at is null
  for no key update;
  perform school.require_row('course', v_version, p_if_match);
  update school.courses set deleted_at = school.clock() where id = p_course_id;
end;
$$;
comment on function api.delete_course is
  'Deletes a course without classes and plans in progress, for which nobody waits.
Refusals: not_found, version_mismatch, in_use.';
grant execute on function api.delete_course to school_admin;
