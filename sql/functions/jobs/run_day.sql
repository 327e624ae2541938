-- Runs a job for one day and keeps the run. When the job fails, what it did is undone and the run keeps the error; the
-- whole message is a warning, for the server's log. Caught are all classes of errors but lost races (40), which the
-- caller repeats, and those of a connection, of which nobody is left to be told.
create or replace function jobs.run_day(p_name text, p_day date)
returns jobs.runs
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_run jobs.runs;
  v_message text;
  v_detail text;
  v_context text;
begin
  insert into jobs.runs (name, run_on, started_at)
  values (p_name, p_day, clock_timestamp())
  returning * into v_run;
  begin
    v_run.rows_made := jobs.run_once(p_name, p_day);
  exception
    when feature_not_supported or cardinality_violation or data_exception or integrity_constraint_violation
      or syntax_error_or_access_rule_violation or insufficient_resources or program_limit_exceeded
      or object_not_in_prerequisite_state or operator_intervention or system_error or plpgsql_error or internal_error
      or sqlstate 'OS001' or sqlstate 'OS002'
    then
      get stacked diagnostics
        v_message = message_text,
        v_detail = pg_exception_detail,
        v_context = pg_exception_context;
      raise warning 'job % failed: % %', p_name, sqlstate, v_message;
      v_run.error := jobs.failure(sqlstate, v_message, v_detail, v_context);
      update jobs.schedule as s set failures = s.failures + 1 where s.name = p_name;
  end;
  update jobs.runs as r
  set rows_made = v_run.rows_made, error = v_run.error, finished_at = clock_timestamp()
  where r.id = v_run.id
  returning * into v_run;
  return v_run;
end;
$$;
comment on function jobs.run_day(text, date) is 'Runs a job for one day and keeps the run, also one that failed.';
