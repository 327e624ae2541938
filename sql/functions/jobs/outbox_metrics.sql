-- What waits for an endpoint that is not active is nobody's alarm, and is not counted. Ten thousand are counted at
-- most, of e-mails, of webhooks of one endpoint, and of what was given up.
create or replace function jobs.outbox_metrics()
returns table (name text, kind text, help text, label text, label_value text, value double precision)
language sql
stable
security invoker
set search_path = ''
as $$
  with waiting (kind, since) as (
    (
      select d.kind, coalesce(d.retried_at, d.created_at)
      from school.deliveries as d
      where d.kind = 'email'
        and d.status = 'pending'
      order by coalesce(d.retried_at, d.created_at)
      limit 10000
    )
    union all
    select f.kind, f.since
    from school.webhook_endpoints as w
    cross join lateral (
      select d.kind, coalesce(d.retried_at, d.created_at) as since
      from school.deliveries as d
      where d.endpoint_id = w.id
        and d.status = 'pending'
      order by d.next_attempt_at, d.sequence
      limit 10000
    ) as f
    where w.is_active
  ),
  outbox as (
    select
      k.kind,
      (select count(*) from waiting as w where w.kind = k.kind) as waiting,
      (select min(w.since) from waiting as w where w.kind = k.kind) as since,
      (
        select count(*)
        from (select from school.deliveries as d where d.status = 'dead' and d.kind = k.kind limit 10000) as x
      ) as dead
    from unnest(array['email', 'webhook']) as k (kind)
  )
  select m.name, 'gauge', m.help, 'kind', o.kind, m.value
  from outbox as o
  cross join lateral (
    values
      ('outbox_waiting', 'What is still to be sent, 10000 at most', o.waiting::double precision),
      (
        'outbox_oldest_seconds', 'How long the oldest of these has waited',
        coalesce(extract(epoch from school.clock() - o.since), 0)
      ),
      ('outbox_dead', 'What was given up and is not purged yet, 10000 at most', o.dead)
  ) as m (name, help, value);
$$;
comment on function jobs.outbox_metrics() is 'What Prometheus is told of the outbox.';
