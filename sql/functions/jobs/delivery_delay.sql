-- One minute after the first failure, doubling up to six hours; null after the sixteenth, which is about two days.
create or replace function jobs.delivery_delay(p_attempts integer)
returns interval
language sql
immutable
security invoker
set search_path = ''
as $$
  select case
    when p_attempts < 16 then least(interval '1 minute' * power(2, greatest(p_attempts, 1) - 1), interval '6 hours')
  end;
$$;
comment on function jobs.delivery_delay(integer) is
  'How long to wait after so many attempts; null when there were enough.';
