-- Takes webhooks to send, as jobs.claim_mails does. An endpoint gets those of one entity one at a time, in order: a
-- later one waits while an earlier one is pending. p_per_endpoint: how many of one endpoint at most, so that a slow one
-- does not hold the others up. Those of an endpoint that is not active wait. Answers [{id, attempt, url, secret, type,
-- body}], oldest first; body is what is to be signed and sent.
-- definer: the sender reads and writes no table.
create or replace function jobs.claim_webhooks(p_limit integer, p_per_endpoint integer, p_lease_seconds integer)
returns json
language sql
volatile
security definer
set search_path = ''
as $$
  with next as (
    select f.id
    from school.webhook_endpoints as w
    cross join lateral (
      select d.id
      from school.deliveries as d
      where d.endpoint_id = w.id
        and d.status = 'pending'
        and d.next_attempt_at <= school.clock()
        and not exists (
          select
          from school.deliveries as ed
          where ed.endpoint_id = d.endpoint_id
            and ed.entity_id = d.entity_id
            and ed.sequence < d.sequence
            and ed.status = 'pending'
        )
      order by d.next_attempt_at, d.sequence
      limit p_per_endpoint
    ) as f
    where w.is_active
  ),
  due as (
    select d.id
    from school.deliveries as d
    where d.id in (select n.id from next as n)
      and d.status = 'pending'
      and d.next_attempt_at <= school.clock()
    order by d.next_attempt_at, d.sequence
    limit p_limit
    for update skip locked
  ),
  claimed as (
    update school.deliveries as d
    set
      status = case when jobs.delivery_delay(d.attempts) is null then 'dead' else 'pending' end,
      address = w.url,
      attempts = d.attempts + case when jobs.delivery_delay(d.attempts) is null then 0 else 1 end,
      next_attempt_at = school.clock() + make_interval(secs => p_lease_seconds),
      last_error = case
        when jobs.delivery_delay(d.attempts) is null then 'The sender ended before it could tell.'
        else d.last_error
      end
    from due
    join school.deliveries as ad on ad.id = due.id
    join school.webhook_endpoints as w on w.id = ad.endpoint_id
    where d.id = due.id
    returning d.id, d.sequence, d.status, d.attempts, d.event_id, d.type, w.url, w.secret
  )
  select coalesce(json_agg(
    json_build_object(
      'id', c.id, 'attempt', c.attempts, 'url', c.url, 'secret', c.secret, 'type', c.type,
      'body', school.webhook_body(e)
    )
    order by c.sequence
  ), '[]')
  from claimed as c
  join school.notification_events as e on e.id = c.event_id
  where c.status = 'pending';
$$;
comment on function jobs.claim_webhooks(integer, integer, integer) is 'Takes webhooks to send.';
grant execute on function jobs.claim_webhooks(integer, integer, integer) to school_sender;
