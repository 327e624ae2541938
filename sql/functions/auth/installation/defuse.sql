-- Makes a copy of a school harmless: nothing runs by the clock, nothing that waits is sent, and nothing but a password
-- opens it. The logins of people belong to the whole cluster, where the original may be, and stay; here they are
-- nobody's. Answers what it did, in words, and how often. Runs as the migrating login. Refuses a database that is
-- served, unless p_force: it may be the original. Raises invalid_state.
create or replace function auth.defuse(p_force boolean default false)
returns table (done text, number bigint)
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if not p_force and exists (
    select
    from pg_catalog.pg_stat_activity as a
    where a.datname = current_database()
      and a.usename in ('school_gateway', 'school_sender')
  ) then
    perform school.fail('invalid_state', 'This database is served at this moment: it may be no copy.');
  end if;
  return query
  values
    ('jobs switched off', (select count(*) from jobs.schedule as s where s.is_enabled)),
    ('webhooks switched off', (select count(*) from school.webhook_endpoints as w where w.is_active)),
    ('e-mails and webhooks given up', (select count(*) from school.deliveries as d where d.status = 'pending')),
    ('sessions ended', (select count(*) from auth.sessions)),
    ('tickets ended', (select count(*) from auth.tickets)),
    ('activation tokens ended', (select count(*) from auth.activation_tokens)),
    ('calendar addresses ended', (select count(*) from auth.calendar_tokens)),
    ('kept answers forgotten', (select count(*) from auth.idempotency_keys)),
    ('logins that are nobody''s here', (select count(*) from auth.direct_logins));
  update jobs.schedule set is_enabled = false, updated_at = school.clock() where is_enabled;
  update school.webhook_endpoints set is_active = false where is_active;
  update school.deliveries
  set status = 'dead', next_attempt_at = school.clock(), last_error = 'This is a copy.'
  where status = 'pending';
  delete from auth.sessions; -- and their tickets
  delete from auth.activation_tokens;
  delete from auth.calendar_tokens;
  delete from auth.idempotency_keys;
  delete from auth.direct_logins;
end;
$$;
comment on function auth.defuse(boolean) is 'Makes a copy of a school send nothing and let nobody in by a token.';
