create function api.create_course_plan(
  p_course_id uuid,
  p_name api.name_text,
  p_total_classes api.total_classes,
  p_classes_per_week api.classes_per_week,
  p_price api.money default null
)
returns api.course_plan
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_id uuid;
  v_answer api.course_plan;
begin
  insert into school.course_plans (course_id, name, total_classes, classes_per_week, price)
  values (p_course_id, school.clean(p_name), p_total_classes, p_classes_per_week, p_price)
  returning id into v_id;
  select * into v_answer from api.course_plan as r where r.id = v_id;
  return v_answer;
end;
$$;
comment on function api.create_course_plan is 'Adds a course plan.
Refusals: unknown_reference, already_exists.';
grant execute on function api.create_course_plan to school_admin;
