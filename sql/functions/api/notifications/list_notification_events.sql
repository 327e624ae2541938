create function api.list_notification_events(
  p_type api.short_text default null,
  p_entity_id uuid default null,
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
        row_to_json(e) as item,
        json_build_array(e.sequence) as key
      from api.notification_event as e
      where (v_after[1] is null or e.sequence < v_after[1]::bigint)
        and (p_type is null or e.type = p_type)
        and (p_entity_id is null or e."entityId" = p_entity_id)
      order by e.sequence desc
      limit p_limit + 1
    ) as p
  );
end;
$$;
comment on function api.list_notification_events is 'Lists the log of events, newest first.';
grant execute on function api.list_notification_events to school_admin;
