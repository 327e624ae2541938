create function api.list_lead_audit_events(
  p_lead_id uuid,
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
  perform api.get_lead(p_lead_id);
  return (
    select school.page(array_agg(p.item), array_agg(p.key), p_limit)
    from (
      select
        row_to_json(a) as item,
        json_build_array(e.sequence) as key
      from school.lead_audit_events as e
      join api.lead_audit_event as a on a.id = e.id
      where e.lead_id = p_lead_id
        and (v_after[1] is null or e.sequence > v_after[1]::bigint)
      order by e.sequence
      limit p_limit + 1
    ) as p
  );
end;
$$;
comment on function api.list_lead_audit_events is 'Lists what was changed of a lead, in order.
Refusals: not_found.';
grant execute on function api.list_lead_audit_events to school_admin, school_staff, school_teacher;
