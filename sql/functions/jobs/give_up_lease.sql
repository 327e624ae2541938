-- definer: the gateway writes no table.
create or replace function jobs.give_up_lease(p_holder uuid)
returns void
language sql
volatile
security definer
set search_path = ''
as $$
  delete from jobs.lease where holder = p_holder;
$$;
comment on function jobs.give_up_lease(uuid) is 'Gives the lease up, so that another process follows at once.';
grant execute on function jobs.give_up_lease(uuid) to school_gateway;
