-- What has had its time as seen from a date: ended sessions, spent and past tokens, counters and idempotency keys of
-- past days, what was sent a month ago and what could not be sent for three. A row is told by its table, as kind, and
-- its place in it (ctid), which holds within one statement: a row that is changed meanwhile has another place, and
-- stays.
create or replace function jobs.rows_to_purge(p_on date)
returns table (kind text, place tid)
language sql
stable
security invoker
set search_path = ''
as $$
  with now (instant) as (
    select least(school.clock(), (p_on + 1)::timestamp at time zone s.timezone) from school.school_settings as s
  )
  select 'session', s.ctid
  from auth.sessions as s
  where s.expires_at <= (select n.instant from now as n)
  union all
  select 'activation_token', t.ctid
  from auth.activation_tokens as t
  where t.expires_at <= (select n.instant from now as n)
  union all
  select 'failed_attempt', a.ctid
  from auth.failed_attempts as a
  where a.last_failed_at < (select n.instant from now as n) - interval '2 days'
  union all
  select 'idempotency_key', k.ctid
  from auth.idempotency_keys as k
  where k.created_at < (select n.instant from now as n) - interval '1 day'
  union all
  select 'delivery', d.ctid
  from school.deliveries as d
  where (d.status = 'sent' and d.sent_at < (select n.instant from now as n) - interval '30 days')
    or (d.status = 'dead' and d.next_attempt_at < (select n.instant from now as n) - interval '90 days');
$$;
comment on function jobs.rows_to_purge(date) is 'The rows that jobs.purge would remove.';
