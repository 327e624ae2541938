-- The pages of api.list_leads as lines of CSV: same sight, same filters, same order. A row for each page, so that
-- nobody holds them all at once.
create function api.export_leads(
  p_stage_id uuid[] default null,
  p_owner_id uuid[] default null,
  p_assigned_teacher_id uuid[] default null,
  p_follow_up api.follow_up_filter[] default null,
  p_follow_up_status api.follow_up_status[] default null,
  p_tag api.short_text[] default null,
  p_search api.search_text default null,
  p_sort api.lead_sort default 'followUpDate'
)
returns setof text
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  v_columns text[] := array(select c.name from school.lead_csv_columns() as c order by c.position);
  v_page jsonb;
  v_cursor text;
begin
  return next school.csv_line(v_columns);
  loop
    v_page := api.list_leads(
      p_stage_id, p_owner_id, p_assigned_teacher_id, p_follow_up, p_follow_up_status, p_tag, p_search, p_sort,
      false, 1000, v_cursor
    );
    return next (
      select coalesce(string_agg(
        school.csv_line(array(
          select case
            when c = 'tags' then (select string_agg(t, ';') from jsonb_array_elements_text(i.item -> 'tags') as t)
            else i.item ->> c
          end
          from unnest(v_columns) as c
        )),
        '' order by i.position
      ), '')
      from jsonb_array_elements(v_page -> 'items') with ordinality as i (item, position)
    );
    v_cursor := v_page ->> 'nextCursor';
    exit when v_cursor is null;
  end loop;
end;
$$;
comment on function api.export_leads is 'The leads of a list as CSV, in the columns that an import takes.
Cells that a spreadsheet would take for a formula begin with an apostrophe.';
grant execute on function api.export_leads to school_admin, school_staff;
