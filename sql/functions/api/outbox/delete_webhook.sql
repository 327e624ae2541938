-- definer: webhooks are nobody's to write; super_admins delete them.
create function api.delete_webhook(p_webhook_id uuid, p_if_match bigint default null)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_version bigint;
begin
  if not auth.is_super_admin() then
    perform school.fail('forbidden', 'Only a super_admin deletes webhooks.');
  end if;
  select w.version into v_version from school.webhook_endpoints as w where w.id = p_webhook_id for update;
  if not found then
    perform school.fail_not_found('webhook');
  end if;
  perform school.require_version(v_version, p_if_match);
  delete from school.webhook_endpoints where id = p_webhook_id;
end;
$$;
comment on function api.delete_webhook is 'Deletes a webhook, its secret and its deliveries; the events stay.
Refusals: not_found, version_mismatch.';
grant execute on function api.delete_webhook to school_super_admin;
