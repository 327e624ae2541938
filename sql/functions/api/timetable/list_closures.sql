create function api.list_closures(
  p_sort api.closure_sort default 'startDate',
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
begin
  return (
    with listed as not materialized (
      select c.*
      from api.closure as c
    )
    select school.page(array_agg(p.item), array_agg(p.key), p_limit, case when p_count then (
      select count(*) from (select from listed limit school.most_counted() + 1) as c
    ) end)
    from (
      select
        row_to_json(l) as item,
        json_build_array(p_sort, l."startDate", l.id) as key
      from listed as l
      where v_after[1] is null or case when v_down
        then (l."startDate", l.id) < (v_after[1]::date, v_after[2]::uuid)
        else (l."startDate", l.id) > (v_after[1]::date, v_after[2]::uuid)
      end
      order by
        case when v_down then l."startDate" end desc,
        case when v_down then l.id end desc,
        l."startDate",
        l.id
      limit p_limit + 1
    ) as p
  );
end;
$$;
comment on function api.list_closures is 'Lists the closures by date.';
grant execute on function api.list_closures to school_admin, school_staff, school_teacher, school_student;
