create or replace function jobs.past_before(p_kind text, p_now timestamptz)
returns timestamptz
language sql
stable
security invoker
set search_path = ''
as $$
  select p_now - make_interval(hours => 24 * k.days) from jobs.retention as k where k.kind = p_kind;
$$;
comment on function jobs.past_before(text, timestamptz) is
  'Before when rows of a kind have had their time, by jobs.retention; null when they are kept for ever.';
