-- First half of an activation: counts the attempt against the network before anything is hashed for it. What it answers
-- does not depend on the token. Answers null, or too_many_requests.
-- definer: the gateway reads no table.
create or replace function auth.begin_activation(p_client_address text, p_failures_per_address integer)
returns json
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_wait integer := auth.claim_attempt('address', coalesce(p_client_address, ''), p_failures_per_address);
begin
  return case when v_wait > 0 then auth.too_many_requests(v_wait) end;
end;
$$;
comment on function auth.begin_activation(text, integer) is 'First half of an activation: throttles.';
grant execute on function auth.begin_activation(text, integer) to school_gateway;
