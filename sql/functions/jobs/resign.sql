-- The name by which processes of 0.1.0 give the lease up.
-- definer: the gateway writes no table.
create or replace function jobs.resign(p_holder uuid)
returns void
language sql
volatile
security definer
set search_path = ''
as $$
  select jobs.give_up_lease(p_holder);
$$;
comment on function jobs.resign(uuid) is 'jobs.give_up_lease, for processes of 0.1.0.';
grant execute on function jobs.resign(uuid) to school_gateway;
