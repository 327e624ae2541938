-- For DBAs: derives the notifications of the events since a business day again. Those that exist stay as they are, read
-- or not; those that are missing come back, unread.
-- definer: runs for the school, whoever starts it.
create or replace function jobs.rebuild_notifications(p_from date)
returns integer
language sql
volatile
security definer
set search_path = ''
as $$
  select school.derive_notifications(array(select e.id from school.notification_events as e where e.day >= p_from));
$$;
comment on function jobs.rebuild_notifications(date) is
  'Makes the notifications that events since a day call for and that are missing; answers how many.';
