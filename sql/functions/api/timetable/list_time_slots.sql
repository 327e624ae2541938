create function api.list_time_slots(
  p_weekday api.weekday[] default null,
  p_sort api.weekday_sort default 'weekday',
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
  v_after text[] := school.decode_cursor(p_cursor, p_sort, 3);
  v_down boolean := left(p_sort, 1) = '-';
begin
  return (
    with listed as not materialized (
      select r.*
      from api.time_slot as r
      where (p_weekday is null or school.is_one_of(r.weekday, p_weekday))
    )
    select school.page(array_agg(p.item), array_agg(p.key), p_limit, case when p_count then (
      select count(*) from (select from listed limit school.most_counted() + 1) as c
    ) end)
    from (
      select
        row_to_json(l) as item,
        json_build_array(p_sort, l.weekday, l."startTime", l.id) as key
      from listed as l
      where v_after[1] is null or case when v_down
        then (l.weekday, l."startTime", l.id) < (v_after[1]::integer, v_after[2], v_after[3]::uuid)
        else (l.weekday, l."startTime", l.id) > (v_after[1]::integer, v_after[2], v_after[3]::uuid)
      end
      order by
        case when v_down then l.weekday end desc,
        case when v_down then l."startTime" end desc,
        case when v_down then l.id end desc,
        l.weekday,
        l."startTime",
        l.id
      limit p_limit + 1
    ) as p
  );
end;
$$;
comment on function api.list_time_slots is 'Lists the time slots by weekday and start.';
grant execute on function api.list_time_slots to school_admin, school_staff, school_teacher, school_student;
