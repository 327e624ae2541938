-- Takes or renews the lease of the one process that does the work, which is to run the schedule (jobs) or to send what
-- waits (outbox): true for its holder. A lease is for p_seconds; a holder that dies is followed when it has run out.
-- One that ends later than a lease given now was given while the server's clock was ahead, and binds nobody. Needs no
-- connection of its own, so it works through a pooler. It is asked for every few seconds, and so looks after the queue
-- of PostgreSQL's notifications, too.
-- definer: the gateway writes no table.
create or replace function jobs.hold_lease(p_holder uuid, p_seconds integer, p_work text default 'jobs')
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform auth.end_hoarders();
  insert into jobs.lease as l (work, holder, expires_at)
  values (p_work, p_holder, clock_timestamp() + make_interval(secs => p_seconds))
  on conflict on constraint lease_pkey do update
  set holder = excluded.holder, expires_at = excluded.expires_at
  where l.holder = excluded.holder
    or l.expires_at < clock_timestamp()
    or l.expires_at > clock_timestamp() + make_interval(secs => p_seconds);
  return found;
end;
$$;
comment on function jobs.hold_lease(uuid, integer, text) is 'Whether this process does the work for the next seconds.';
grant execute on function jobs.hold_lease(uuid, integer, text) to school_gateway;
