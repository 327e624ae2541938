create or replace function jobs.seen_from(p_on date)
returns timestamptz
language sql
stable
security invoker
set search_path = ''
as $$
  select least(school.clock(), (p_on + 1)::timestamp at time zone s.timezone) from school.school_settings as s;
$$;
comment on function jobs.seen_from(date) is
  'The instant from which a job of a date looks back: the end of that day, or now when that is to come.';
