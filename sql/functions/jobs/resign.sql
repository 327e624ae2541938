-- definer: the gateway writes no table.
create or replace function jobs.resign(p_holder uuid)
returns void
language sql
volatile
security definer
set search_path = ''
as $$
  delete from jobs.leader where holder = p_holder;
$$;
comment on function jobs.resign(uuid) is 'Gives the lease up, so that another process follows at once.';
grant execute on function jobs.resign(uuid) to school_gateway;
