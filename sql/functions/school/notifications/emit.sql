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
language sql
volatile
security invoker
set search_path = ''
as $$
  insert into school.notification_events (
    type, entity_type, entity_id, actor_user_id, payload, day, request_id, created_at
  )
  select
    p_type,
    p_entity_type,
    p_entity_id,
    actor.id,
    -- What tells of a lead brings its name along: an import makes thousands of these.
    case
      when p_entity_type = 'lead' and p_payload ? 'leadName' then p_payload
      else school.event_names(p_entity_type, p_entity_id, p_payload) || p_payload
    end || jsonb_build_object(
      'recipients', school.willing(school.recipients(p_type, p_entity_type, p_entity_id, actor.id, p_payload), p_type)
    ),
    coalesce(p_day, school.today()),
    auth.setting('ostinato.request_id'),
    school.clock()
  from (select auth.user_id() as id offset 0) as actor
  returning id;
$$;
comment on function school.emit(text, text, uuid, jsonb, date) is
  'Appends to the log of notification events and answers the event.';
