-- The notifications of events, one per recipient; one per recipient, type, entity and day at most, whoever comes first.
-- Depends on nothing but the events and the texts of their types. Answers how many it made.
create or replace function school.derive_notifications(p_event_ids uuid[])
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  v_made integer;
begin
  insert into school.notifications (
    event_id, recipient_user_id, type, entity_type, entity_id, day, title, body, payload, created_at
  )
  select
    e.id,
    r.id::uuid,
    e.type,
    e.entity_type,
    e.entity_id,
    e.day,
    w.title,
    w.body,
    e.payload - 'recipients',
    e.created_at
  from school.notification_events as e
  cross join lateral (
    select
      school.notification_text(t.title, e.payload, e.day) as title,
      school.notification_text(t.body, e.payload, e.day) as body
    from school.notification_types as t
    where t.type = e.type
    offset 0
  ) as w
  cross join lateral jsonb_array_elements_text(e.payload -> 'recipients') with ordinality as r (id, place)
  where e.id = any (p_event_ids)
    and e.payload -> 'recipients' <> '[]'
  order by e.sequence, r.place
  on conflict on constraint one_notice_per_recipient_type_entity_and_day do nothing;
  get diagnostics v_made = row_count;
  return v_made;
end;
$$;
comment on function school.derive_notifications(uuid[]) is 'Makes the notifications of events.';
