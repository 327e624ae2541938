-- Removes what has had its time: ended sessions, spent and past tokens, counters and idempotency keys of past days, what
-- was sent a month ago and what could not be sent for three. E-mail that nobody sends waits for a month at the longest;
-- senders are stricter (MAIL_MAX_AGE_HOURS). Notices that were restored into another server come from
-- transactions that it has not had: they would look younger than all new ones, and are told to be the oldest.
-- definer: runs for the school, whoever starts it.
create or replace function jobs.purge(p_on date default school.today())
returns integer
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_before timestamptz := least(school.clock(), (p_on + 1)::timestamp at time zone (select s.timezone from school.school_settings as s));
  v_rows integer;
  v_total integer := 0;
begin
  update school.notifications as n
  set transaction_id = '0', snapshot = null
  where n.transaction_id >= pg_snapshot_xmax(pg_current_snapshot())
    and n.transaction_id <> pg_current_xact_id();
  delete from auth.sessions where expires_at <= v_before;
  get diagnostics v_rows = row_count;
  v_total := v_total + v_rows;
  delete from auth.activation_tokens where expires_at <= v_before;
  get diagnostics v_rows = row_count;
  v_total := v_total + v_rows;
  delete from auth.failed_attempts where last_failed_at < v_before - interval '2 days';
  get diagnostics v_rows = row_count;
  v_total := v_total + v_rows;
  delete from auth.idempotency_keys where created_at < v_before - interval '1 day';
  get diagnostics v_rows = row_count;
  v_total := v_total + v_rows;
  perform jobs.bury_mails(30 * 24);
  delete from school.deliveries
  where (status = 'sent' and sent_at < v_before - interval '30 days')
    or (status = 'dead' and next_attempt_at < v_before - interval '90 days');
  get diagnostics v_rows = row_count;
  return v_total + v_rows;
end;
$$;
comment on function jobs.purge(date) is 'Removes ended sessions, past tokens, old counters, keys and deliveries; answers how many rows.';
