create or replace function auth.forgive_attempt(p_kind text, p_subject text)
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  update auth.failed_attempts as a
  set failures = greatest(0, a.failures - 1)
  where a.kind = p_kind
    and a.subject = left(p_subject, 300);
$$;
comment on function auth.forgive_attempt(text, text) is 'Takes one attempt back: it was no failure.';
