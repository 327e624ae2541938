-- For who runs the server: makes a user of any role, the first super_admin among them. With a password hash the
-- person can log in at once, else the answer carries an activation token. Raises email_in_use, weak_password.
create or replace function auth.create_user_from_console(
  p_email text,
  p_name text,
  p_role text,
  p_password_hash text default null,
  p_password_length integer default null
)
returns json
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_user_id uuid;
begin
  if p_password_hash is not null then
    perform auth.require_password_length(p_password_length);
  end if;
  v_user_id := school.add_user(p_name, p_role, p_email, null);
  if p_password_hash is not null then
    perform auth.set_password(v_user_id, p_password_hash);
  end if;
  return json_build_object(
    'id', v_user_id,
    'activation', case when p_password_hash is null then auth.new_activation(v_user_id) end
  );
end;
$$;
comment on function auth.create_user_from_console(text, text, text, text, integer) is
  'Makes a user from the command line.';
