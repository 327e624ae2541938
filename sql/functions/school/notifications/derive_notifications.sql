-- The notifications of an event, one per recipient; one per recipient, type, entity and day at most, whoever comes
-- first. Depends on nothing but the event and the texts of its type. Answers how many it made.
create or replace function school.derive_notifications(p_event school.notification_events)
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_title text;
  v_body text;
  v_made integer;
begin
  select
    school.notification_text(t.title, (p_event).payload, (p_event).day),
    school.notification_text(t.body, (p_event).payload, (p_event).day)
  into v_title, v_body
  from school.notification_types as t
  where t.type = (p_event).type;
  insert into school.notifications (
    event_id, recipient_user_id, type, entity_type, entity_id, day, title, body, payload, created_at
  )
  select
    (p_event).id,
    r::uuid,
    (p_event).type,
    (p_event).entity_type,
    (p_event).entity_id,
    (p_event).day,
    v_title,
    v_body,
    (p_event).payload - 'recipients',
    (p_event).created_at
  from jsonb_array_elements_text((p_event).payload -> 'recipients') as r
  on conflict on constraint one_notice_per_recipient_type_entity_and_day do nothing;
  get diagnostics v_made = row_count;
  return v_made;
end;
$$;
comment on function school.derive_notifications(school.notification_events) is 'Makes the notifications of an event.';
