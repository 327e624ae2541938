create function api.list_jobs(
  p_sort api.name_sort default 'name',
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
      select
        row(
          s.name,
          s.cron,
          s.description,
          s.is_enabled,
          (
            select row(r.id, r.run_on, r.started_at, r.finished_at, r.rows_made, r.error)::api.job_outcome
            from jobs.runs as r
            where r.name = s.name
            order by r.started_at desc
            limit 1
          ),
          (
            select row(r.id, r.run_on, r.started_at, r.finished_at, r.rows_made, r.error)::api.job_outcome
            from jobs.runs as r
            where r.name = s.name
              and r.error is not null
            order by r.started_at desc
            limit 1
          )
        )::api.job as item,
        s.name
      from jobs.schedule as s
    )
    select school.page(array_agg(p.item), array_agg(p.key), p_limit, case when p_count then (
      select count(*) from (select from listed limit school.most_counted() + 1) as c
    ) end)
    from (
      select
        row_to_json(l.item) as item,
        json_build_array(p_sort, l.name) as key
      from listed as l
      where v_after[1] is null or case when v_down
        then l.name < v_after[1]
        else l.name > v_after[1]
      end
      order by
        case when v_down then l.name end desc,
        l.name
      limit p_limit + 1
    ) as p
  );
end;
$$;
comment on function api.list_jobs is
  'The scheduled jobs, when they run (cron, UTC), how they ran last, and how the last that failed did.';
grant execute on function api.list_jobs to school_admin;
