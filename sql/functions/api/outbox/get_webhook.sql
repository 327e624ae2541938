create function api.get_webhook(p_webhook_id uuid)
returns api.webhook
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_answer api.webhook;
begin
  select * into v_answer from api.webhook as w where w.id = p_webhook_id;
  if not found then
    perform school.fail_not_found('webhook');
  end if;
  return v_answer;
end;
$$;
comment on function api.get_webhook is 'A system that events are sent to.
Refusals: not_found.';
grant execute on function api.get_webhook to school_admin;
