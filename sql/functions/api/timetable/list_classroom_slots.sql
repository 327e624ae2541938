create function api.list_classroom_slots(
  p_weekday api.weekday default null,
  p_course_id uuid default null,
  p_teacher_id uuid default null,
  p_time_slot_id uuid default null,
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
  v_after text[] := school.decode_cursor(p_cursor, 3);
begin
  return (
    select school.page(array_agg(p.item), array_agg(p.key), p_limit)
    from (
      select
        row_to_json(r) as item,
        json_build_array(r.weekday, r."startTime", r.id) as key
      from api.classroom_slot as r
      where (
        v_after[1] is null
        or (r.weekday, r."startTime", r.id) > (v_after[1]::integer, v_after[2], v_after[3]::uuid)
      )
        and (p_weekday is null or r.weekday = p_weekday)
        and (p_course_id is null or r."courseId" = p_course_id)
        and (p_teacher_id is null or r."teacherId" = p_teacher_id)
        and (p_time_slot_id is null or r."timeSlotId" = p_time_slot_id)
      order by r.weekday, r."startTime", r.id
      limit p_limit + 1
    ) as p
  );
end;
$$;
comment on function api.list_classroom_slots is 'Lists the weekly classes by weekday and start.';
grant execute on function api.list_classroom_slots to school_admin, school_staff, school_teacher, school_student;
