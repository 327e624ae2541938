-- definer: secrets are nobody's to read or write; super_admins have them made.
create function api.update_webhook(
  p_webhook_id uuid,
  p_url api.webhook_url default null,
  p_event_types api.event_types default null,
  p_is_active boolean default null,
  p_rotate_secret boolean default false,
  p_present text[] default '{}',
  p_if_match bigint default null
)
returns json
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_version bigint;
  v_secret text := case when p_rotate_secret then auth.new_token() end;
begin
  if not auth.is_super_admin() then
    perform school.fail('forbidden', 'Only a super_admin changes webhooks.');
  end if;
  select w.version into v_version from school.webhook_endpoints as w where w.id = p_webhook_id for update;
  if not found then
    perform school.fail_not_found('webhook');
  end if;
  perform school.require_version(v_version, p_if_match);
  update school.webhook_endpoints as w
  set
    url = school.patched(p_present, 'url', p_url, w.url),
    event_types = school.patched(p_present, 'event_types', p_event_types, w.event_types),
    is_active = school.patched(p_present, 'is_active', p_is_active, w.is_active),
    secret = coalesce(v_secret, w.secret)
  where w.id = p_webhook_id;
  return (
    select (row_to_json(w)::jsonb || jsonb_strip_nulls(jsonb_build_object('secret', v_secret)))::json
    from api.webhook as w
    where w.id = p_webhook_id
  );
end;
$$;
comment on function api.update_webhook is
  'Changes a webhook; rotateSecret makes a new secret, which the answer carries, once.
A webhook that is not active is told of nothing new, and what waits for it waits; replay makes up for it.
Answers: webhook and rotated_secret.
Refusals: not_found, version_mismatch.';
grant execute on function api.update_webhook to school_super_admin;
