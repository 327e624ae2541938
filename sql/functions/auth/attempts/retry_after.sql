-- Per account and network the delay doubles from 1 s to 15 min once the free failures are spent; per account as a whole
-- it is a second, which slows guessing and shuts nobody out; the other limits hold until their window is over. A limit
-- of 0 is off.
create or replace function auth.retry_after(p_kind text, p_subject text, p_limit integer)
returns integer
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(max(greatest(0, ceil(extract(epoch from case a.kind
    when 'account' then
      a.last_failed_at + make_interval(secs => least(900, power(2, least(20, a.failures - p_limit)))) - school.clock()
    when 'account_everywhere' then a.last_failed_at + interval '1 second' - school.clock()
    when 'address' then a.window_started_at + interval '15 minutes' - school.clock()
    when 'access_request' then a.window_started_at + interval '1 hour' - school.clock()
    when 'reschedule_request' then a.window_started_at + interval '1 day' - school.clock()
  end)))), 0)::integer
  from auth.failed_attempts as a
  where a.kind = p_kind
    and a.subject = left(p_subject, 300)
    and p_limit > 0
    and a.failures >= p_limit
    and not auth.attempts_are_stale(a);
$$;
comment on function auth.retry_after(text, text, integer) is
  'Seconds until the next attempt is let through; 0 when it is now.';
