create or replace function jobs.preview_item(
  p_type text,
  p_entity_type text,
  p_entity_id uuid,
  p_day date,
  p_payload jsonb
)
returns json
language sql
stable
security invoker
set search_path = ''
as $$
  select json_build_object(
    'type', p_type,
    'entityType', p_entity_type,
    'entityId', p_entity_id,
    'day', p_day,
    'title', school.notification_text(t.title, v.payload, p_day),
    'body', school.notification_text(t.body, v.payload, p_day),
    'recipients', school.recipients(p_type, p_entity_type, p_entity_id, null, p_payload)
  )
  from school.notification_types as t
  cross join (select school.event_names(p_entity_type, p_entity_id, p_payload) || p_payload as payload) as v
  where t.type = p_type;
$$;
comment on function jobs.preview_item(text, text, uuid, date, jsonb) is 'A notification that a job would make.';
