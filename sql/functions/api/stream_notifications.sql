-- One step of a stream: the notices after p_last_event_id (null begins after the newest), oldest first, in the order
-- (transaction, sequence), at most 200. Notices of transactions that are younger than one still running wait for it, so
-- that none is ever overtaken; there being such is "waiting". Answers
-- {"recipient", "last": sequence, "waiting", "items": [{"id": sequence, "data": the notice as text}]}.
create function api.stream_notifications(p_last_event_id bigint default null)
returns json
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_me uuid := auth.user_id();
  v_horizon xid8 := pg_snapshot_xmin(pg_current_snapshot());
  v_waiting boolean;
  v_last record;
begin
  v_waiting := exists (select from school.notifications as n where n.recipient_user_id = v_me and n.transaction_id >= v_horizon);
  if p_last_event_id is null then
    return (
      select json_build_object('recipient', v_me, 'last', coalesce(max(n.sequence), 0), 'waiting', v_waiting, 'items', '[]'::json)
      from (
        select m.sequence
        from school.notifications as m
        where m.recipient_user_id = v_me
          and m.transaction_id < v_horizon
        order by m.transaction_id desc, m.sequence desc
        limit 1
      ) as n
    );
  end if;
  select n.transaction_id, n.sequence
  into v_last
  from school.notifications as n
  where n.recipient_user_id = v_me
    and n.sequence <= p_last_event_id
  order by n.sequence desc
  limit 1;
  return (
    select json_build_object(
      'recipient', v_me,
      'last', coalesce((array_agg(s.sequence order by s.position desc))[1], p_last_event_id),
      'waiting', v_waiting,
      'items', coalesce(json_agg(json_build_object('id', s.sequence, 'data', row_to_json(i)::text) order by s.position), '[]')
    )
    from (
      select n.id, n.sequence, row_number() over (order by n.transaction_id, n.sequence) as position
      from school.notifications as n
      where n.recipient_user_id = v_me
        and n.transaction_id < v_horizon
        and (
          v_last.sequence is null
          or (n.transaction_id, n.sequence) > (v_last.transaction_id, v_last.sequence)
        )
      order by n.transaction_id, n.sequence
      limit 200
    ) as s
    join api.notification as i on i.id = s.id
  );
end;
$$;
comment on function api.stream_notifications is 'Streams the caller''s notices as server-sent events.
Each is `id: <sequence>`, `event: notification`, `data: <the notice as JSON>`. With `Last-Event-ID` the stream goes on after that one, without it begins with what comes from now on; the answer''s own `Last-Event-ID` header says after which one it goes on. A comment comes every 15 seconds. The stream ends when the session does.';
grant execute on function api.stream_notifications to school_admin, school_staff, school_teacher, school_student;
