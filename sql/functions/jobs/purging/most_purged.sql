create or replace function jobs.most_purged()
returns integer
language sql
immutable
security invoker
set search_path = ''
as $$
  select 10000;
$$;
comment on function jobs.most_purged() is
  'How many rows of a kind jobs.purge removes at a time: many days missed are made up for within a minute.';
