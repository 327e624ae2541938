-- Removes what has had its time (jobs.rows_to_purge) and answers how many rows that were. E-mail that nobody sends
-- waits for a month at the longest; senders are stricter (MAIL_MAX_AGE_HOURS). Notifications that were restored into
-- another server come from transactions that it has not had: they would look younger than all new ones, and are told to
-- be the oldest. An invitation that was not sent goes with its token, uncounted.
-- definer: runs for the school, whoever starts it.
create or replace function jobs.purge(p_on date default school.today())
returns integer
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_removed integer;
begin
  update school.notifications as n
  set transaction_id = '0', snapshot = null
  where n.transaction_id >= pg_snapshot_xmax(pg_current_snapshot())
    and n.transaction_id <> pg_current_xact_id();
  with past as (
    select r.kind, r.place from jobs.rows_to_purge(p_on) as r
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
  select count(*)
  into v_removed
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
  perform jobs.bury_mails(30 * 24);
  return v_removed;
end;
$$;
comment on function jobs.purge(date) is
  'Removes ended sessions, past tokens, old counters, keys and deliveries; answers how many rows.';
