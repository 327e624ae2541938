-- One step of the caller's stream of notices: those after p_after (a sequence; null begins at the newest), oldest
-- first, in the order (transaction, sequence). Notices of transactions that are younger than one still running wait for
-- it, so that none is ever overtaken. Answers {"last": sequence or null, "items": […]}.
create function api.stream_notifications(p_after bigint default null, p_limit api.page_limit default 200)
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
  v_last record;
begin
  if p_after is null then
    return (
      select json_build_object('last', coalesce((
        select n.sequence
        from school.notifications as n
        where n.recipient_user_id = v_me
          and n.transaction_id < v_horizon
        order by n.transaction_id desc, n.sequence desc
        limit 1
      ), 0), 'items', '[]'::json)
    );
  end if;
  select n.transaction_id, n.sequence
  into v_last
  from school.notifications as n
  where n.recipient_user_id = v_me
    and n.sequence <= p_after
  order by n.sequence desc
  limit 1;
  return (
    select json_build_object(
      'last', coalesce((array_agg(s.sequence order by s.position desc))[1], p_after),
      'items', coalesce(json_agg(row_to_json(i) order by s.position), '[]')
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
      limit p_limit
    ) as s
    join api.notification as i on i.id = s.id
  );
end;
$$;
comment on function api.stream_notifications is 'The caller''s notices after one of them, for streaming.';
grant execute on function api.stream_notifications to school_admin, school_staff, school_teacher, school_student;
