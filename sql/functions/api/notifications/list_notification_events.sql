create function api.list_notification_events(
  p_type api.short_text[] default null,
  p_entity_id uuid[] default null,
  p_sort api.age_sort default '-createdAt',
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
  v_after text[] := school.decode_cursor(p_cursor, p_sort, 1);
  v_down boolean := left(p_sort, 1) = '-';
begin
  return (
    with listed as not materialized (
      select e.*
      from api.notification_event as e
      where (p_type is null or school.is_one_of(e.type, p_type))
        and (p_entity_id is null or school.is_one_of(e."entityId", p_entity_id))
    )
    select school.page(array_agg(p.item), array_agg(p.key), p_limit, case when p_count then (
      select count(*) from (select from listed limit school.most_counted() + 1) as c
    ) end)
    from (
      select
        row_to_json(l) as item,
        json_build_array(p_sort, l.sequence) as key
      from listed as l
      where v_after[1] is null or case when v_down
        then l.sequence < v_after[1]::bigint
        else l.sequence > v_after[1]::bigint
      end
      order by
        case when v_down then l.sequence end desc,
        l.sequence
      limit p_limit + 1
    ) as p
  );
end;
$$;
comment on function api.list_notification_events is 'Lists the log of events, newest first.';
grant execute on function api.list_notification_events to school_admin;
