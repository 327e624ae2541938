create or replace function school.write_webhooks()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  insert into school.deliveries (kind, type, event_id, entity_id, endpoint_id, address, next_attempt_at, created_at)
  select 'webhook', e.type, e.id, e.entity_id, w.id, w.url, school.clock(), school.clock()
  from made as e
  join school.notification_types as t on t.type = e.type and t.is_for_webhooks
  join school.webhook_endpoints as w on w.is_active
    and (w.event_types is null or e.type = any (w.event_types))
  order by e.sequence, w.id;
  return null;
end;
$$;
comment on function school.write_webhooks() is
  'Trigger: events go to the systems that want them; written into the outbox in their own transaction.';

create or replace trigger write_webhooks
after insert on school.notification_events
referencing new table as made
for each statement
execute function school.write_webhooks();
