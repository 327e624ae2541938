-- Second half of a login: opens a session when the password was right. A failure is returned, not raised, though
-- its counters were committed by the first half. p_new_hash replaces the stored hash when its parameters are old.
-- definer: the gateway reads no table.
create or replace function auth.finish_login(
  p_email text,
  p_client_address text,
  p_verified boolean,
  p_new_hash text,
  p_ttl_hours integer,
  p_user_agent text
)
returns json
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_email text := school.clean_email(p_email);
  v_user_id uuid;
begin
  if p_verified then
    select u.id
    into v_user_id
    from school.users as u
    join auth.credentials as c on c.user_id = u.id
    where u.email || '' = v_email
      and u.status = 'active'
      and u.deleted_at is null;
  end if;
  if v_user_id is null then
    return school.problem('invalid_credentials', 'E-mail or password is wrong.');
  end if;
  perform auth.forgive_password_attempt(v_email, p_client_address);
  if p_new_hash is not null then
    update auth.credentials
    set password_hash = p_new_hash, updated_at = school.clock()
    where user_id = v_user_id;
  end if;
  return auth.open_session(v_user_id, p_ttl_hours, p_user_agent);
end;
$$;
comment on function auth.finish_login(text, text, boolean, text, integer, text) is
  'Second half of a login: opens the session.';
grant execute on function auth.finish_login(text, text, boolean, text, integer, text) to school_gateway;
