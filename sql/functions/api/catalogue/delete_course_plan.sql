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
  select t.version into v_version from school.course_plans as t where t.id = p_course_plan_id and t.deleted_at is null for update;
  if not found then
    perform school.fail_not_found('course plan');
  end if;
  perform school.require_version(v_version, p_if_match);
  update school.course_plans set deleted_at = school.clock() where id = p_course_plan_id;
end;
$$;
comment on function api.delete_course_plan is 'Deletes a course plan that is not in progress.
Refusals: not_found, version_mismatch, in_use.';
grant execute on function api.delete_course_plan to school_admin;
