-- What is read in later statements is at least as new as this position of the primary's. Raises unavailable, with the
-- member behind, on a standby that is not so far, and on a server that is no standby: nobody knows what it has.
-- definer: the gateway has no way to the function that refuses.
create or replace function auth.require_replayed(p_position pg_lsn)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if not pg_is_in_recovery() or pg_last_wal_replay_lsn() < p_position then
    perform school.fail('unavailable', 'The standby is behind.', '{"behind": true}');
  end if;
end;
$$;
comment on function auth.require_replayed(pg_lsn) is 'Refuses to read from a standby that has not replayed as much.';
grant execute on function auth.require_replayed(pg_lsn) to school_gateway;
