-- A job that fails is answered as a problem, so that its run commits.
-- definer: jobs write for the school; admins start them.
create function api.run_job(p_name text, p_date date default null)
returns json
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_run jobs.runs;
begin
  if not auth.is_admin() then
    perform school.fail('forbidden', 'Admins look after the jobs.');
  end if;
  v_run := jobs.run(p_name, p_date);
  if v_run.error is not null then
    return school.problem('internal_error', 'The job failed. The list of jobs tells where.');
  end if;
  return json_build_object(
    'id', v_run.id,
    'name', v_run.name,
    'date', v_run.run_on,
    'startedAt', v_run.started_at,
    'finishedAt', v_run.finished_at,
    'rows', v_run.rows_made
  );
end;
$$;
comment on function api.run_job is
  'Runs a job now, for a date or for today and the days missed; a second caller waits for the first.
Answers: job_run.
Refusals: not_found, job_date_in_future.';
grant execute on function api.run_job to school_admin;
