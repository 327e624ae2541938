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
  v_after_age timestamptz := v_after[1]::timestamptz;
  v_after_id uuid := v_after[2]::uuid;
  v_owner_id uuid := auth.user_id_as('staff');
begin
  return school.page_of_reschedule_requests(
    array(
      select r.id
      from school.reschedule_requests as r
      where (v_after_id is null or (r.created_at, r.id) > (v_after_age, v_after_id))
        -- As the policy has it: by one value the planner knows an index in order.
        and (v_owner_id is null or r.lead_owner_id = v_owner_id)
        and (p_status is null or r.status = p_status)
      order by r.created_at, r.id
      limit p_limit + 1
    ),
    p_limit
  );
end;
$$;
comment on function api.list_reschedule_requests is
  'Lists reschedule requests, oldest first: all for admins, of their leads for staff, of their classes for teachers, '
  'their own for students.';
grant execute on function api.list_reschedule_requests to school_admin, school_staff, school_teacher, school_student;
