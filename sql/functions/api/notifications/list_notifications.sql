create function api.list_notifications(
  p_unread boolean default null,
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
  v_after text[] := school.decode_cursor(p_cursor, 1);
begin
  return (
    select school.page(array_agg(p.item), array_agg(p.key), p_limit)
    from (
      select
        row_to_json(n) as item,
        json_build_array(n.sequence) as key
      from api.notification as n
      where (v_after[1] is null or n.sequence < v_after[1]::bigint)
        and (p_unread is null or (n."readAt" is null) = p_unread)
      order by n.sequence desc
      limit p_limit + 1
    ) as p
  );
end;
$$;
comment on function api.list_notifications is 'Lists the caller''s notifications, newest first.';
grant execute on function api.list_notifications to school_admin, school_staff, school_teacher, school_student;
