-- NOTIFY is everybody's, and its queue is kept until every listening transaction has ended: a login that listens, sits
-- in a transaction and sends could fill it, and then nobody's notices would commit. Past p_usage of the queue (a
-- fraction) the connections of direct logins end, whoever it was. Answers how many.
-- definer: ending another's connection takes the owner's membership in pg_signal_backend.
create or replace function auth.end_hoarders(p_usage double precision default 0.25)
returns integer
language sql
volatile
security definer
set search_path = ''
as $$
  select count(pg_terminate_backend(a.pid))::integer
  from pg_catalog.pg_stat_activity as a
  join auth.direct_logins as d on d.login = a.usename
  where pg_notification_queue_usage() >= p_usage
    and pg_has_role('pg_signal_backend', 'usage');
$$;
comment on function auth.end_hoarders(double precision) is
  'Ends direct logins while the queue of notifications is filling.';
