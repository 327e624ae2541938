-- Writes events, in the transaction of what they tell of, with the names they are told with and those to be told, as of
-- now: the notifications can be derived from them again at any time. Preferences are asked now, too. Answers how many.
-- One plan for one event and for thousands: it looks up by key.
create or replace function school.emit_all(p_news school.news[])
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  v_actor_id uuid := auth.user_id();
  v_today date := school.today();
  v_request_id text := auth.setting('ostinato.request_id');
  v_written integer;
begin
  insert into school.notification_events (
    type, entity_type, entity_id, actor_user_id, payload, day, request_id, created_at
  )
  select
    n.type,
    n.entity_type,
    n.entity_id,
    v_actor_id,
    n.names || n.payload || jsonb_build_object('recipients', n.recipients),
    coalesce(n.day, v_today),
    v_request_id,
    school.clock()
  from unnest(p_news, school.event_names(p_news), school.recipients(p_news, v_actor_id)) with ordinality
    as n (type, entity_type, entity_id, day, payload, names, recipients, place)
  order by n.place;
  get diagnostics v_written = row_count;
  return v_written;
end;
$$;
comment on function school.emit_all(school.news[]) is
  'Appends to the log of notification events and answers how many.';
