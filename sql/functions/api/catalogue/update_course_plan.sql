create function api.update_course_plan(
  p_course_plan_id uuid,
  p_course_id uuid default null,
  p_name api.name_text default null,
  p_total_classes api.total_classes default null,
  p_classes_per_week api.classes_per_week default null,
  p_price api.money default null,
  p_present text[] default '{}',
  p_if_match bigint default null
)
returns api.course_plan
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_version bigint;
  v_answer api.course_plan;
begin
  select p.version into v_version
  from school.course_plans as p
  where p.id = p_course_plan_id
    and p.deleted_at is null
  for no key update;
  perform school.require_row('course plan', v_version, p_if_match);
  update school.course_plans as p
  set
    course_id = school.patched(p_present, 'course_id', p_course_id, p.course_id),
    name = school.patched(p_present, 'name', school.clean(p_name), p.name),
    total_classes = school.patched(p_present, 'total_classes', p_total_classes, p.total_classes),
    classes_per_week = school.patched(p_present, 'classes_per_week', p_classes_per_week, p.classes_per_week),
    price = school.patched(p_present, 'price', p_price, p.price)
  where p.id = p_course_plan_id;
  select * into v_answer from api.course_plan as r where r.id = p_course_plan_id;
  return v_answer;
end;
$$;
comment on function api.update_course_plan is
  'Changes a course plan; admissions already made keep the number of classes they were made with.
Refusals: not_found, version_mismatch, unknown_reference, in_use, already_exists.';
grant execute on function api.update_course_plan to school_admin;
