-- Counts one attempt; counters of a past window start anew (a day for accounts, the window for addresses).
create or replace function auth.count_failure(p_kind text, p_subject text)
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  insert into auth.failed_attempts as a (kind, subject, failures, window_started_at, last_failed_at)
  values (p_kind, left(p_subject, 300), 1, school.clock(), school.clock())
  on conflict on constraint failed_attempts_pkey do update
  set
    failures = case when auth.attempts_are_stale(a) then 1 else least(a.failures, 1000000) + 1 end,
    window_started_at = case when auth.attempts_are_stale(a) then school.clock() else a.window_started_at end,
    last_failed_at = school.clock();
$$;
comment on function auth.count_failure(text, text) is 'Counts one failed or unfinished attempt.';
