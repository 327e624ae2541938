create function api.list_closures(p_limit api.page_limit default 50, p_cursor api.page_cursor default null)
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
        row_to_json(c) as item,
        json_build_array(c."startDate", c.id) as key
      from api.closure as c
      where (v_after[1] is null or (c."startDate", c.id) > (v_after[1]::date, v_after[2]::uuid))
      order by c."startDate", c.id
      limit p_limit + 1
    ) as p
  );
end;
$$;
comment on function api.list_closures is 'Lists the closures by date.';
grant execute on function api.list_closures to school_admin, school_staff, school_teacher, school_student;
