-- One step of a stream. Whatever can be seen is given at once, in the order of sequences; what a long transaction
-- commits later comes later, under a lower sequence. So a sequence alone does not tell what was sent, and there are two
-- ways to go on:
--
-- - A connection goes on from p_snapshot, that of its step before: what was visible in it has been sent, what was not
--   has not. With p_last_event_id, too, the step before had more than it could give: the rest of p_snapshot follows.
-- - A client that comes back names with p_last_event_id the notification it had last. When that was sent, all that its
--   maker could see had been sent, too; so everything younger follows, and of the older ones those that its maker could
--   not see. Of the latter some may have been sent before: they are few, and clients know them by their id.
--
-- With neither it begins after what there is. A step that resumes gives at most 200, and the older ones. Answers
-- {"recipient", "last": the newest sequence given, "snapshot", "more": whether the rest is to be asked for, "items":
-- [{"id": sequence, "data": the notification as text}]}. Notifications of transactions that this server has not had,
-- brought by a restore, wait until jobs.purge has told them to be old. Only on a primary: a standby's snapshots name no
-- transaction that runs.
-- long: only side by side do its readings show that nothing is left out.
create function api.stream_notifications(
  p_last_event_id api.event_sequence default null,
  p_snapshot pg_snapshot default null
)
returns json
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_me uuid := auth.user_id();
  v_now pg_snapshot := pg_current_snapshot();
  v_last school.notifications;
  v_ids uuid[];
  v_more boolean := false;
  v_newest bigint;
  v_items json;
begin
  if p_snapshot is null then
    select *
    into v_last
    from school.notifications as n
    where n.recipient_user_id = v_me
      and n.sequence <= coalesce(p_last_event_id, 9223372036854775807)
    order by n.sequence desc
    limit 1;
  end if;
  if p_snapshot is not null and p_last_event_id is null then
    v_ids := array(
      select n.id
      from school.notifications as n
      where n.recipient_user_id = v_me
        and n.transaction_id >= pg_snapshot_xmin(p_snapshot)
        and not pg_visible_in_snapshot(n.transaction_id, p_snapshot)
        and pg_visible_in_snapshot(n.transaction_id, v_now)
    );
  elsif p_last_event_id is not null then
    v_now := coalesce(p_snapshot, v_now);
    v_ids := array(
      select n.id
      from school.notifications as n
      where n.recipient_user_id = v_me
        and n.sequence > p_last_event_id
        and pg_visible_in_snapshot(n.transaction_id, v_now)
      order by n.sequence
      limit 200
    );
    v_more := cardinality(v_ids) = 200;
    if p_snapshot is null then
      v_ids := v_ids || array(
        select n.id
        from school.notifications as n
        where n.recipient_user_id = v_me
          and n.sequence < v_last.sequence
          and n.transaction_id >= coalesce(pg_snapshot_xmin(v_last.snapshot), v_last.transaction_id)
          and n.transaction_id <> v_last.transaction_id
          and pg_visible_in_snapshot(n.transaction_id, v_last.snapshot) is not true
          and pg_visible_in_snapshot(n.transaction_id, v_now)
      );
    end if;
  end if;
  -- Each by its key: those with one of these ids the planner would look for in all of one's notifications.
  select
    max(i.sequence),
    json_agg(json_build_object('id', i.sequence, 'data', row_to_json(i)::text) order by i.sequence)
  into v_newest, v_items
  from unnest(v_ids) as w (id)
  cross join lateral (
    select n.*
    from api.notification as n
    where n.id = w.id
    offset 0
  ) as i;
  return json_build_object(
    'recipient', v_me,
    'last', coalesce(v_newest, p_last_event_id, v_last.sequence, 0),
    'snapshot', v_now,
    'more', v_more,
    'items', coalesce(v_items, '[]')
  );
end;
$$;
comment on function api.stream_notifications is
  'Streams the caller''s notifications as server-sent events.
Each is `id: <sequence>`, `event: notification`, `data: <the notification as JSON>`, sent as soon as it is there; one '
  'that a long transaction makes known late comes late, with a lower `id`. With `Last-Event-ID` (or `lastEventId`, '
  'where no header can be sent) the stream goes on after that one and may repeat some, known by the notification''s '
  'own `id`; without it begins with what comes from now on; the answer''s own `Last-Event-ID` header says after which '
  'one it goes on. A comment comes every 15 seconds. The stream ends when the session does.';
grant execute on function api.stream_notifications to school_admin, school_staff, school_teacher, school_student;
