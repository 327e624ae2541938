create function api.list_reschedule_requests(
  p_status api.reschedule_status[] default null,
  p_sort api.age_sort default 'createdAt',
  p_count api.count_wish default false,
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
  v_after text[] := school.decode_cursor(p_cursor, p_sort, 2);
  v_down boolean := left(p_sort, 1) = '-';
  v_after_age timestamptz := v_after[1]::timestamptz;
  v_after_id uuid := v_after[2]::uuid;
  v_owner_id uuid := auth.user_id_as('staff');
begin
  return (
    with listed as not materialized (
      select r.id, r.created_at
      from school.reschedule_requests as r
      -- As the policy has it: by one value the planner knows an index in order.
      where (v_owner_id is null or r.lead_owner_id = v_owner_id)
        and (p_status is null or school.is_one_of(r.status, p_status))
    )
    select school.page_of_reschedule_requests(
      array(
        select l.id
        from listed as l
        where v_after_id is null or case when v_down
          then (l.created_at, l.id) < (v_after_age, v_after_id)
          else (l.created_at, l.id) > (v_after_age, v_after_id)
        end
        order by
          case when v_down then l.created_at end desc,
          case when v_down then l.id end desc,
          l.created_at,
          l.id
        limit p_limit + 1
      ),
      p_sort,
      p_limit,
      case when p_count then (
        select count(*) from (select from listed limit school.most_counted() + 1) as c
      ) end
    )
  );
end;
$$;
comment on function api.list_reschedule_requests is
  'Lists reschedule requests, oldest first: all for admins, of their leads for staff, of their classes for teachers, '
  'their own for students.';
grant execute on function api.list_reschedule_requests to school_admin, school_staff, school_teacher, school_student;
