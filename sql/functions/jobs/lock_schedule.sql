-- Holds a job's row of the schedule, so that one run goes after another and sees what that one made; different jobs do
-- not wait for each other. Raises not_found.
create or replace function jobs.lock_schedule(p_name text)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform school.require_fresh_sight();
  perform from jobs.schedule as s where s.name = p_name for no key update;
  if not found then
    perform school.fail_not_found('job');
  end if;
end;
$$;
comment on function jobs.lock_schedule(text) is 'Lets one run of a job go after another.';
