-- What became of attempt p_attempt: sent when p_error is null. Sent counts whoever reports it and whenever; a failure
-- only of the newest attempt, for an older one's sender was given up. p_is_final: it is not worth another attempt.
-- definer: the sender writes no table.
create or replace function jobs.finish_delivery(
  p_id uuid,
  p_attempt integer,
  p_error text default null,
  p_is_final boolean default false
)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_delay interval := case when p_is_final then null else jobs.delivery_delay(p_attempt) end;
begin
  if p_error is null then
    update school.deliveries
    set status = 'sent', sent_at = school.clock(), body = null, activation_token_hash = null, last_error = null
    where id = p_id
      and status <> 'sent';
    return;
  end if;
  update school.deliveries
  set
    status = case when v_delay is null then 'dead' else 'pending' end,
    next_attempt_at = school.clock() + coalesce(v_delay, '0'),
    last_error = left(p_error, 500)
  where id = p_id
    and status = 'pending'
    and attempts = p_attempt;
end;
$$;
comment on function jobs.finish_delivery(uuid, integer, text, boolean) is 'Keeps what became of an attempt to send.';
grant execute on function jobs.finish_delivery(uuid, integer, text, boolean) to school_sender;
