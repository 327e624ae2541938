create function api.list_lead_notes(
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
  v_after text[] := school.decode_cursor(p_cursor, 2);
begin
  perform api.get_lead(p_lead_id);
  return (
    select school.page(array_agg(p.item), array_agg(p.key), p_limit)
    from (
      select
        row_to_json(n) as item,
        json_build_array(n."createdAt", n.id) as key
      from api.lead_note as n
      where n."leadId" = p_lead_id
        and (v_after[1] is null or (n."createdAt", n.id) < (v_after[1]::timestamptz, v_after[2]::uuid))
      order by n."createdAt" desc, n.id desc
      limit p_limit + 1
    ) as p
  );
end;
$$;
comment on function api.list_lead_notes is 'Lists the notes of a lead, newest first.
Refusals: not_found.';
grant execute on function api.list_lead_notes to school_admin, school_staff, school_teacher;
