create function api.list_jobs()
returns json
language sql
stable
security invoker
set search_path = ''
as $$
  select json_build_object('items', coalesce(json_agg(
    json_build_object(
      'name', s.name,
      'cron', s.cron,
      'description', s.description,
      'isEnabled', s.is_enabled,
      'lastRun', (
        select json_build_object(
          'id', r.id, 'date', r.run_on, 'startedAt', r.started_at, 'finishedAt', r.finished_at, 'rows', r.rows_made
        )
        from jobs.runs as r
        where r.name = s.name
        order by r.started_at desc
        limit 1
      )
    )
    order by s.name
  ), '[]'), 'nextCursor', null)
  from jobs.schedule as s;
$$;
comment on function api.list_jobs is 'The scheduled jobs, when they run (cron, UTC) and how they ran last.';
grant execute on function api.list_jobs to school_admin;
