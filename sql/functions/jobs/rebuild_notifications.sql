-- For DBAs: derives the notifications of the events since a business day again. Those that exist stay as they are, read
-- or not; those that are missing come back, unread. What jobs.purge has removed does not come back: a day before that
-- is refused, and events of before that stay as they are. Raises invalid_request.
-- definer: runs for the school, whoever starts it.
create or replace function jobs.rebuild_notifications(p_from date)
returns integer
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_whole_since timestamptz := (
    select max(k.gone_before) from jobs.retention as k where k.kind in ('notification_event', 'notification')
  );
  v_first_day date := (v_whole_since at time zone school.timezone())::date;
begin
  if p_from < v_first_day then
    perform school.fail_value('from', format(
      'is before %s: older events or notifications were removed, as jobs.retention says', v_first_day
    ));
  end if;
  return school.derive_notifications(array(
    select e.id
    from school.notification_events as e
    where e.day >= p_from
      and e.created_at >= coalesce(v_whole_since, '-infinity')
  ));
end;
$$;
comment on function jobs.rebuild_notifications(date) is
  'Makes the notifications that events since a day call for and that are missing; answers how many.';
