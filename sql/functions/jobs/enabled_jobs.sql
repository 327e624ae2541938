-- A run that started in the future did so while the server's clock was ahead, and counts for nothing; nor does one that
-- failed, so that the job is due again.
-- definer: the gateway reads no table.
create or replace function jobs.enabled_jobs()
returns json
language sql
stable
security definer
set search_path = ''
as $$
  select json_build_object(
    'now', clock_timestamp(),
    'jobs', coalesce(json_agg(json_build_object(
      'name', s.name,
      'cron', s.cron,
      'lastStartedAt', (
        select max(r.started_at)
        from jobs.runs as r
        where r.name = s.name
          and r.error is null
          and r.started_at <= clock_timestamp()
      )
    ) order by s.name), '[]')
  )
  from jobs.schedule as s
  where s.is_enabled;
$$;
comment on function jobs.enabled_jobs() is
  'The schedule for a process that runs it: {now, jobs: [{name, cron, lastStartedAt}]}.';
grant execute on function jobs.enabled_jobs() to school_gateway;
