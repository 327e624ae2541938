-- definer: the sender reads no table.
create or replace function jobs.count_waiting(p_kind text)
returns bigint
language sql
stable
security definer
set search_path = ''
as $$
  select count(*) from school.deliveries as d where d.kind = p_kind and d.status = 'pending';
$$;
comment on function jobs.count_waiting(text) is
  'How many e-mails or webhooks (p_kind: email, webhook) are still to be sent.';
grant execute on function jobs.count_waiting(text) to school_sender;
