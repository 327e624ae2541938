create function api.list_lead_audit_events(
  p_lead_id uuid,
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
  v_after text[] := school.decode_cursor(p_cursor, p_sort, 1);
  v_down boolean := left(p_sort, 1) = '-';
begin
  perform api.get_lead(p_lead_id);
  return (
    with listed as not materialized (
      select a as item, e.sequence
      from school.lead_audit_events as e
      join api.lead_audit_event as a on a.id = e.id
      where e.lead_id = p_lead_id
    )
    select school.page(array_agg(p.item), array_agg(p.key), p_limit, case when p_count then (
      select count(*) from (select from listed limit school.most_counted() + 1) as c
    ) end)
    from (
      select
        row_to_json(l.item) as item,
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
comment on function api.list_lead_audit_events is 'Lists what was changed of a lead, in order.
Refusals: not_found.';
grant execute on function api.list_lead_audit_events to school_admin, school_staff, school_teacher;
