-- The text of an e-mail about an event is made when it is sent; that of an invitation went with its token.
-- definer: the outbox is nobody's to write; super_admins give a dead letter another chance.
create function api.retry_delivery(p_delivery_id uuid)
returns api.delivery
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_delivery school.deliveries;
  v_answer api.delivery;
begin
  if not auth.is_super_admin() then
    perform school.fail('forbidden', 'Only a super_admin sends dead letters again.');
  end if;
  select * into v_delivery from school.deliveries as d where d.id = p_delivery_id for update;
  if not found then
    perform school.fail_not_found('delivery');
  end if;
  if v_delivery.status <> 'dead' then
    perform school.fail('invalid_state', format('It is %s; only a dead one is retried.', v_delivery.status));
  end if;
  if v_delivery.event_id is null then
    perform school.fail('invalid_state', 'Its text went with its activation token; make another activation.');
  end if;
  update school.deliveries
  set status = 'pending', attempts = 0, next_attempt_at = school.clock(), retried_at = school.clock()
  where id = p_delivery_id;
  select * into v_answer from api.delivery as r where r.id = p_delivery_id;
  return v_answer;
end;
$$;
comment on function api.retry_delivery is 'Gives a dead letter all its attempts again.
An invitation is not kept once it is given up, as it carries a token: make a new activation instead.
Refusals: not_found, invalid_state.';
grant execute on function api.retry_delivery to school_super_admin;
