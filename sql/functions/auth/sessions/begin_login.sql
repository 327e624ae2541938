-- First half of a login: throttles, then hands out the hash to verify.
-- Answers {"passwordHash": text|null}, after the same work for known and unknown e-mails, or too_many_requests.
-- definer: the gateway reads no table.
create or replace function auth.begin_login(
  p_email text,
  p_client_address text,
  p_failures_free integer,
  p_failures_per_address integer
)
returns json
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_email text := coalesce(school.clean_email(p_email), '');
  v_wait integer := auth.claim_password_attempt(v_email, p_client_address, p_failures_free, p_failures_per_address);
begin
  if v_wait > 0 then
    return auth.too_many_requests(v_wait);
  end if;
  return json_build_object('passwordHash', (
    select c.password_hash
    from school.users as u
    join auth.credentials as c on c.user_id = u.id
    where u.email || '' = v_email
      and u.status = 'active'
      and u.deleted_at is null
  ));
end;
$$;
comment on function auth.begin_login(text, text, integer, integer) is
  'First half of a login: throttles and hands out the password hash to verify.';
grant execute on function auth.begin_login(text, text, integer, integer) to school_gateway;
