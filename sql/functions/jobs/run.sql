-- Runs a job for a date and keeps the run. Without a date it runs for today, and before that for every business day
-- since its last run that was missed, thirty at most, so that a day without a server is made up for once. One run of a
-- job at a time: a second caller waits for the first. Answers the run of the last day. This is the way to run a job: a
-- day that has not come is refused here, and the functions themselves are their owner's alone. A job that fails raises
-- nothing (jobs.run_day): the run that is answered has its error, the days after it are left, and it counts as missed.
-- Raises not_found, invalid_request, job_date_in_future.
-- definer: runs for the school, whoever starts it.
create or replace function jobs.run(p_name text, p_on date default null)
returns jobs.runs
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_today date := school.today();
  v_from date;
  v_day date;
  v_run jobs.runs;
begin
  perform jobs.lock_schedule(p_name);
  if not isfinite(p_on) then
    perform school.fail_value('date', 'is not a day of the calendar');
  end if;
  if p_on > v_today then
    perform school.fail(
      'job_date_in_future', format('It is %s: what %s would end cannot be taken back.', v_today, p_on)
    );
  end if;
  if p_on is null then
    select case when count(*) > 0 then greatest(max(r.run_on) + 1, v_today - 30) end
    into v_from
    from jobs.runs as r
    where r.name = p_name
      and r.run_on < v_today
      and r.error is null;
  end if;
  for v_day in
    select d::date
    from generate_series(coalesce(p_on, v_from, v_today), coalesce(p_on, v_today), '1 day') as d
    order by d
  loop
    v_run := jobs.run_day(p_name, v_day);
    exit when v_run.error is not null;
  end loop;
  return v_run;
end;
$$;
comment on function jobs.run(text, date) is
  'Runs a scheduled job, days missed first, and answers its last run, which may have failed.';
grant execute on function jobs.run(text, date) to school_jobs, school_gateway;
