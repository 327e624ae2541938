-- Lets an attempt through and counts it, or answers the seconds to wait and counts nothing. Locks the counter, so
-- that many attempts at once are judged one after the other.
create or replace function auth.claim_attempt(p_kind text, p_subject text, p_limit integer)
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_wait integer;
begin
  if p_limit <= 0 then
    return 0;
  end if;
  insert into auth.failed_attempts (kind, subject, failures, window_started_at, last_failed_at)
  values (p_kind, left(p_subject, 300), 0, school.clock(), school.clock())
  on conflict on constraint failed_attempts_pkey do nothing;
  perform
  from auth.failed_attempts as a
  where a.kind = p_kind
    and a.subject = left(p_subject, 300)
  for update;
  v_wait := auth.retry_after(p_kind, p_subject, p_limit);
  if v_wait = 0 then
    perform auth.count_failure(p_kind, p_subject);
  end if;
  return v_wait;
end;
$$;
comment on function auth.claim_attempt(text, text, integer) is
  'Counts an attempt and answers 0, or answers the seconds to wait.';
