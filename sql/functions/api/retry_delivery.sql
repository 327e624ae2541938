-- definer: the outbox is nobody's to write; super_admins give a dead letter another chance.
create function api.retry_delivery(p_delivery_id uuid)
returns api.delivery
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_status text;
  v_answer api.delivery;
begin
  if not auth.is_super_admin() then
    perform school.fail('forbidden', 'Only a super_admin sends dead letters again.');
  end if;
  select d.status into v_status from school.deliveries as d where d.id = p_delivery_id for update;
  if not found then
    perform school.fail_not_found('delivery');
  end if;
  if v_status <> 'dead' then
    perform school.fail('invalid_state', format('It is %s; only a dead one is retried.', v_status));
  end if;
  update school.deliveries
  set status = 'pending', attempts = 0, next_attempt_at = school.clock()
  where id = p_delivery_id;
  select * into v_answer from api.delivery as r where r.id = p_delivery_id;
  return v_answer;
end;
$$;
comment on function api.retry_delivery is 'Gives a dead letter all its attempts again.
Refusals: not_found, invalid_state.';
grant execute on function api.retry_delivery to school_super_admin;
