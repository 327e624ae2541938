-- definer: the outbox is nobody's to write; super_admins replay.
create function api.replay_webhook(p_webhook_id uuid, p_from timestamptz, p_entity_id uuid default null)
returns json
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_made integer;
begin
  if not auth.is_super_admin() then
    perform school.fail('forbidden', 'Only a super_admin replays events.');
  end if;
  perform from school.webhook_endpoints as w where w.id = p_webhook_id for share;
  if not found then
    perform school.fail_not_found('webhook');
  end if;
  insert into school.deliveries (kind, type, event_id, entity_id, endpoint_id, address, next_attempt_at, created_at)
  select 'webhook', e.type, e.id, e.entity_id, w.id, w.url, school.clock(), school.clock()
  from school.webhook_endpoints as w
  join school.notification_events as e on e.created_at >= p_from
    and (p_entity_id is null or e.entity_id = p_entity_id)
    and (w.event_types is null or e.type = any (w.event_types))
  join school.notification_types as t on t.type = e.type and t.is_for_webhooks
  where w.id = p_webhook_id
  order by e.sequence;
  get diagnostics v_made = row_count;
  return json_build_object('deliveries', v_made);
end;
$$;
comment on function api.replay_webhook is
  'Delivers the events since an instant again, of one entity or of all, in their order, after what waits already.
Answers: replay.
Refusals: not_found.';
grant execute on function api.replay_webhook to school_super_admin;
