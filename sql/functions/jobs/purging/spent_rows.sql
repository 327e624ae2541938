-- Rows that count for nothing any more as seen from an instant: ended sessions, spent and past tokens, counters and
-- idempotency keys of past days, what was sent a month ago and what could not be sent for three.
create or replace function jobs.spent_rows(p_now timestamptz)
returns table (kind text, place tid)
language sql
stable
security invoker
set search_path = ''
as $$
  (
    select 'session', s.ctid
    from auth.sessions as s
    where s.expires_at <= p_now
    order by s.expires_at
    limit jobs.most_purged()
  )
  union all
  (
    select 'activation_token', t.ctid
    from auth.activation_tokens as t
    where t.expires_at <= p_now
    limit jobs.most_purged()
  )
  union all
  (
    select 'failed_attempt', a.ctid
    from auth.failed_attempts as a
    where a.last_failed_at < p_now - interval '2 days'
    order by a.last_failed_at
    limit jobs.most_purged()
  )
  union all
  (
    select 'idempotency_key', k.ctid
    from auth.idempotency_keys as k
    where k.created_at < p_now - interval '1 day'
    order by k.created_at
    limit jobs.most_purged()
  )
  union all
  (
    select 'delivery', d.ctid
    from school.deliveries as d
    where (d.status = 'sent' and d.sent_at < p_now - interval '30 days')
      or (d.status = 'dead' and d.next_attempt_at < p_now - interval '90 days')
    limit jobs.most_purged()
  );
$$;
comment on function jobs.spent_rows(timestamptz) is 'Rows that jobs.purge would remove as they count for nothing.';
