create function api.delete_course_plan(p_course_plan_id uuid, p_if_match bigint default null)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_version bigint;
begin
  select p.version into v_version
  from school.course_plans as p
  where p.id = p_course_plan_id
    and p.deleted_at is null
  for no key update;
  perform school.require_row('course plan', v_version, p_if_match);
  update school.course_plans set deleted_at = school.clock() where id = p_course_plan_id;
end;
$$;
comment on function api.delete_course_plan is 'Deletes a course plan that is not in progress.
Refusals: not_found, version_mismatch, in_use.';
grant execute on function api.delete_course_plan to school_admin;
