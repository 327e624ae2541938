-- The name by which processes of 0.1.0 ask; they serve while newer ones replace them, and share the lease with these.
-- definer: the gateway writes no table.
create or replace function jobs.lead(p_holder uuid, p_seconds integer)
returns boolean
language sql
volatile
security definer
set search_path = ''
as $$
  select jobs.hold_lease(p_holder, p_seconds);
$$;
comment on function jobs.lead(uuid, integer) is 'jobs.hold_lease, for processes of 0.1.0.';
grant execute on function jobs.lead(uuid, integer) to school_gateway;
