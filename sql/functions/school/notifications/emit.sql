-- Writes one event, in the transaction of what it tells of, with the names it is told with and those to be told, as of
-- now: the notifications can be derived from it again at any time. Preferences are asked now, too.
-- p_type: one of school.notification_types. p_day: the business day it belongs to, today when null.
create or replace function school.emit(
  p_type text,
  p_entity_type text,
  p_entity_id uuid,
  p_payload jsonb default '{}',
  p_day date default null
)
returns uuid
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_actor_id uuid := auth.user_id();
  v_payload jsonb := p_payload;
  v_id uuid;
begin
  -- What tells of a lead brings its name along: an import makes thousands of these.
  if p_entity_type <> 'lead' or not p_payload ? 'leadName' then
    v_payload := school.event_names(p_entity_type, p_entity_id, p_payload) || p_payload;
  end if;
  insert into school.notification_events (
    type, entity_type, entity_id, actor_user_id, payload, day, request_id, created_at
  )
  values (
    p_type,
    p_entity_type,
    p_entity_id,
    v_actor_id,
    v_payload || jsonb_build_object(
      'recipients', school.recipients(p_type, p_entity_type, p_entity_id, v_actor_id, p_payload)
    ),
    coalesce(p_day, school.today()),
    auth.setting('ostinato.request_id'),
    school.clock()
  )
  returning id into v_id;
  return v_id;
end;
$$;
comment on function school.emit(text, text, uuid, jsonb, date) is
  'Appends to the log of notification events and answers the event.';
