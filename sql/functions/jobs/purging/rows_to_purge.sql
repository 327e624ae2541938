-- What has had its time as seen from a date, of each kind jobs.most_purged() at most, and the notifications of so many
-- events. A row is told by its table, as kind, and its place in it (ctid), which holds within one statement: a row that
-- is changed meanwhile has another place, and stays.
create or replace function jobs.rows_to_purge(p_on date)
returns table (kind text, place tid)
language sql
stable
security invoker
set search_path = ''
as $$
  select s.kind, s.place from jobs.spent_rows(jobs.seen_from(p_on)) as s
  union all
  select a.kind, a.place from jobs.aged_rows(jobs.seen_from(p_on)) as a;
$$;
comment on function jobs.rows_to_purge(date) is 'The rows that jobs.purge would remove.';
