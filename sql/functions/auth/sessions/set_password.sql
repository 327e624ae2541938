create or replace function auth.set_password(p_user_id uuid, p_password_hash text)
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  insert into auth.credentials (user_id, password_hash, updated_at)
  values (p_user_id, p_password_hash, school.clock())
  on conflict on constraint credentials_pkey do update
  set password_hash = excluded.password_hash, updated_at = excluded.updated_at;
$$;
comment on function auth.set_password(uuid, text) is 'Stores the hash of a new password.';
