-- definer: secrets are nobody's to read or write; super_admins have them made.
create function api.create_webhook(p_url api.webhook_url, p_event_types api.event_types default null)
returns json
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_secret text := auth.new_token();
  v_id uuid;
begin
  if not auth.is_super_admin() then
    perform school.fail('forbidden', 'Only a super_admin registers webhooks.');
  end if;
  insert into school.webhook_endpoints (url, secret, event_types, created_at, updated_at)
  values (p_url, v_secret, p_event_types, school.clock(), school.clock())
  returning id into v_id;
  return (
    select (row_to_json(w)::jsonb || jsonb_build_object('secret', v_secret))::json
    from api.webhook as w
    where w.id = v_id
  );
end;
$$;
comment on function api.create_webhook is
  'Registers a webhook for some types of events, or for all.
The answer carries the secret, once. Every delivery is a POST of the event as JSON with Ostinato-Event, '
  'Ostinato-Delivery, Ostinato-Timestamp (Unix seconds) and Ostinato-Signature: v1= and the hex HMAC-SHA256 of '
  'timestamp, a dot and the body. Events of one entity come in order, each at least once; id tells a repeat. 2xx '
  'accepts.
Private and loopback addresses are refused when it is delivered, and plain http to any other.
Answers: webhook and new_secret.';
grant execute on function api.create_webhook to school_super_admin;
