create function api.get_course_plan(p_course_plan_id uuid)
returns api.course_plan
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_answer api.course_plan;
begin
  select * into v_answer from api.course_plan as p where p.id = p_course_plan_id;
  if not found then
    perform school.fail_not_found('course plan');
  end if;
  return v_answer;
end;
$$;
comment on function api.get_course_plan is 'A course plan.
Refusals: not_found.';
grant execute on function api.get_course_plan to school_admin, school_staff, school_teacher, school_student;
