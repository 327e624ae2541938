create or replace function auth.attempts_are_stale(p_attempts auth.failed_attempts)
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select case p_attempts.kind
    when 'account' then p_attempts.last_failed_at < school.clock() - interval '1 day'
    when 'account_everywhere' then p_attempts.window_started_at <= school.clock() - interval '1 day'
    when 'address' then p_attempts.window_started_at <= school.clock() - interval '15 minutes'
    when 'access_request' then p_attempts.window_started_at <= school.clock() - interval '1 hour'
    when 'reschedule_request' then p_attempts.window_started_at <= school.clock() - interval '1 day'
  end;
$$;
comment on function auth.attempts_are_stale(auth.failed_attempts) is
  'Whether a counter belongs to a window that is over.';
