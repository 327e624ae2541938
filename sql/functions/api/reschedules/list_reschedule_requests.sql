create function api.list_reschedule_requests(
  p_status api.reschedule_status default null,
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
        json_build_array(r."createdAt", r.id) as key
      from api.reschedule_request as r
      where (v_after[1] is null or (r."createdAt", r.id) > (v_after[1]::timestamptz, v_after[2]::uuid))
        and (p_status is null or r.status = p_status)
      order by r."createdAt", r.id
      limit p_limit + 1
    ) as p
  );
end;
$$;
comment on function api.list_reschedule_requests is
  'Lists reschedule requests, oldest first: all for admins, of their leads for staff, of their classes for teachers, '
  'their own for students.';
grant execute on function api.list_reschedule_requests to school_admin, school_staff, school_teacher, school_student;
