create function api.list_webhooks(p_limit api.page_limit default 50, p_cursor api.page_cursor default null)
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
        row_to_json(w) as item,
        json_build_array(w."createdAt", w.id) as key
      from api.webhook as w
      where (v_after[1] is null or (w."createdAt", w.id) > (v_after[1]::timestamptz, v_after[2]::uuid))
      order by w."createdAt", w.id
      limit p_limit + 1
    ) as p
  );
end;
$$;
comment on function api.list_webhooks is 'Lists the webhooks, oldest first.';
grant execute on function api.list_webhooks to school_admin;
