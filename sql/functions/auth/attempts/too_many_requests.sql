create or replace function auth.too_many_requests(p_seconds integer)
returns json
language sql
immutable
security invoker
set search_path = ''
as $$
  select school.problem(
    'too_many_requests',
    format('Too many attempts. Try again in %s seconds.', p_seconds),
    jsonb_build_object('retryAfter', p_seconds)
  );
$$;
comment on function auth.too_many_requests(integer) is
  'The refusal of a throttled attempt, as an answer, so that counters commit.';
