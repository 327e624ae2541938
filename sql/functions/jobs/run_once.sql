-- The jobs by name. Raises not_found.
create or replace function jobs.run_once(p_name text, p_on date)
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  case p_name
    when 'follow_ups_due' then
      return jobs.follow_ups_due(p_on);
    when 'remaining_classes' then
      return jobs.remaining_classes(p_on);
    when 'complete_admissions' then
      return jobs.complete_admissions(p_on);
    when 'expire_reschedule_requests' then
      return jobs.expire_reschedule_requests(p_on);
    when 'expire_offers' then
      return jobs.expire_offers(p_on);
    when 'purge' then
      return jobs.purge(p_on);
    else
      perform school.fail_not_found('job');
      return null; -- never reached
  end case;
end;
$$;
comment on function jobs.run_once(text, date) is 'Runs a job for a date and answers the rows it made.';
