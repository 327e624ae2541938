-- One event, as school.emit_all writes it. p_type: one of school.notification_types. p_day: the business day it belongs
-- to, today when null.
create or replace function school.emit(
  p_type text,
  p_entity_type text,
  p_entity_id uuid,
  p_payload jsonb default '{}',
  p_day date default null
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform school.emit_all(array[row(p_type, p_entity_type, p_entity_id, p_day, p_payload)::school.news]);
end;
$$;
comment on function school.emit(text, text, uuid, jsonb, date) is
  'Appends one event to the log of notification events.';
