create function api.list_deliveries(
  p_status api.delivery_status default null,
  p_kind api.delivery_kind default null,
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
        row_to_json(d) as item,
        json_build_array(d.sequence) as key
      from api.delivery as d
      where (v_after[1] is null or d.sequence < v_after[1]::bigint)
        and (p_status is null or d.status = p_status)
        and (p_kind is null or d.kind = p_kind)
      order by d.sequence desc
      limit p_limit + 1
    ) as p
  );
end;
$$;
comment on function api.list_deliveries is
  'Lists e-mails and webhooks, newest first: what waits, what was sent, and the dead ones that were tried often '
  'enough.';
grant execute on function api.list_deliveries to school_admin;
