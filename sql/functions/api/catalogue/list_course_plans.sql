create function api.list_course_plans(
  p_course_id uuid default null,
  p_limit api.page_limit default 50,
  p_cursor api.page_cursor default null
)
returns json
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_after text[] := school.decode_cursor(p_cursor, 2);
begin
  return (
    select school.page(array_agg(p.item), array_agg(p.key), p_limit)
    from (
      select
        row_to_json(r) as item,
        json_build_array(r.name, r.id) as key
      from api.course_plan as r
      where (v_after[1] is null or (r.name, r.id) > (v_after[1], v_after[2]::uuid))
        and (p_course_id is null or r."courseId" = p_course_id)
      order by r.name, r.id
      limit p_limit + 1
    ) as p
  );
end;
$$;
comment on function api.list_course_plans is 'Lists the course plans by name.';
grant execute on function api.list_course_plans to school_admin, school_staff, school_teacher, school_student;
