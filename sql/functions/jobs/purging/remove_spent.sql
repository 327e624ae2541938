-- An invitation that was not sent goes with its token, uncounted.
create or replace function jobs.remove_spent(p_now timestamptz)
returns integer
language sql
volatile
security invoker
set search_path = ''
as $$
  with past as materialized (
    select r.kind, r.place from jobs.spent_rows(p_now) as r
  ),
  sessions as (
    delete from auth.sessions as s using past as p where p.kind = 'session' and s.ctid = p.place returning p.kind
  ),
  tokens as (
    delete from auth.activation_tokens as t
    using past as p
    where p.kind = 'activation_token'
      and t.ctid = p.place
    returning p.kind
  ),
  attempts as (
    delete from auth.failed_attempts as a
    using past as p
    where p.kind = 'failed_attempt'
      and a.ctid = p.place
    returning p.kind
  ),
  keys as (
    delete from auth.idempotency_keys as k
    using past as p
    where p.kind = 'idempotency_key'
      and k.ctid = p.place
    returning p.kind
  ),
  deliveries as (
    delete from school.deliveries as d using past as p where p.kind = 'delivery' and d.ctid = p.place returning p.kind
  )
  select count(*)::integer
  from (
    select from sessions
    union all
    select from tokens
    union all
    select from attempts
    union all
    select from keys
    union all
    select from deliveries
  ) as r;
$$;
comment on function jobs.remove_spent(timestamptz) is
  'Removes what counts for nothing any more; answers how many rows.';
