-- The same for every endpoint and every time: id is the event's own, by which a receiver knows a repeat.
create or replace function school.webhook_body(p_event school.notification_events)
returns text
language sql
stable
security invoker
set search_path = ''
as $$
  select jsonb_build_object(
    'id', (p_event).id,
    'sequence', (p_event).sequence,
    'type', (p_event).type,
    'entityType', (p_event).entity_type,
    'entityId', (p_event).entity_id,
    'actorUserId', (p_event).actor_user_id,
    'day', (p_event).day,
    'createdAt', (p_event).created_at,
    'payload', (p_event).payload - 'recipients'
  )::text;
$$;
comment on function school.webhook_body(school.notification_events) is 'What a webhook says of an event, as JSON.';
