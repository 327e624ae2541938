-- Removes what has had its time (jobs.rows_to_purge) and answers how many rows that were; what is more than a run takes
-- is the next one's. E-mail that nobody sends waits for a month at the longest; senders are stricter
-- (MAIL_MAX_AGE_HOURS). Notifications that were restored into another server come from transactions that it has not
-- had: they would look younger than all new ones, and are told to be the oldest.
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
  -- Of each person the last ones, by index.
  update school.notifications as n
  set transaction_id = '0', snapshot = null
  where n.id in (
    select l.id
    from school.users as u
    cross join lateral (
      select rn.id
      from school.notifications as rn
      where rn.recipient_user_id = u.id
        and rn.transaction_id >= pg_snapshot_xmax(pg_current_snapshot())
        and rn.transaction_id <> pg_current_xact_id()
      offset 0
    ) as l
  );
  v_removed := jobs.remove_spent(jobs.seen_from(p_on)) + jobs.remove_aged(jobs.seen_from(p_on));
  perform jobs.bury_mails(30 * 24);
  return v_removed;
end;
$$;
comment on function jobs.purge(date) is
  'Removes ended sessions, past tokens, old counters, keys and deliveries, and what jobs.retention keeps no longer; '
  'answers how many rows.';
