create or replace function jobs.job_metrics()
returns table (name text, kind text, help text, label text, label_value text, value double precision)
language sql
stable
security invoker
set search_path = ''
as $$
  with outcomes as (
    select
      s.name,
      s.is_enabled,
      s.failures,
      g.finished_at as succeeded_at,
      g.finished_at - g.started_at as took,
      b.finished_at as failed_at
    from jobs.schedule as s
    left join lateral (
      select r.started_at, r.finished_at
      from jobs.runs as r
      where r.name = s.name
        and r.error is null
      order by r.started_at desc
      limit 1
    ) as g on true
    left join lateral (
      select r.finished_at
      from jobs.runs as r
      where r.name = s.name
        and r.error is not null
      order by r.started_at desc
      limit 1
    ) as b on true
  )
  select m.name, m.kind, m.help, 'name', o.name, m.value
  from outcomes as o
  cross join lateral (
    values
      ('job_enabled', 'gauge', 'Whether the schedule runs the job', o.is_enabled::integer::double precision),
      (
        'job_last_success_timestamp_seconds', 'gauge', 'When the job last succeeded',
        extract(epoch from o.succeeded_at)
      ),
      (
        'job_last_failure_timestamp_seconds', 'gauge', 'When the job last failed',
        extract(epoch from o.failed_at)
      ),
      (
        'job_last_duration_seconds', 'gauge', 'How long the last run that succeeded took',
        extract(epoch from o.took)
      ),
      ('job_failures', 'counter', 'Runs of the job that failed', o.failures)
  ) as m (name, kind, help, value)
  where m.value is not null;
$$;
comment on function jobs.job_metrics() is 'What Prometheus is told of the jobs.';
