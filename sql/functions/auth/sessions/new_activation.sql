-- A fresh activation token, 72 hours, ending the earlier ones; null for a user without e-mail, who cannot log in. It is
-- sent to the user as well, with the template p_mail. Locks the user, so that a change of the e-mail ends it or is
-- seen.
create or replace function auth.new_activation(p_user_id uuid, p_mail text default 'account.activation')
returns json
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_token text := auth.new_token();
  v_expires_at timestamptz := school.clock() + interval '72 hours';
begin
  perform
  from school.users as u
  where u.id = p_user_id
    and u.email is not null
    and u.deleted_at is null
  for no key update;
  if not found then
    return null;
  end if;
  delete from auth.activation_tokens where user_id = p_user_id;
  insert into auth.activation_tokens (token_hash, user_id, created_at, expires_at)
  values (auth.token_hash(v_token), p_user_id, school.clock(), v_expires_at);
  perform school.write_invitation(p_user_id, p_mail, v_token, v_expires_at);
  return json_build_object('token', v_token, 'expiresAt', v_expires_at);
end;
$$;
comment on function auth.new_activation(uuid, text) is
  'Makes an activation token and sends it: {token, expiresAt}; earlier ones end.';
