-- Null when the key is claimed now, else the first answer {"status", "body"}. A rival with the same key waits for
-- the first to commit. Raises idempotency_key_reused for another body. A key lives for a day.
-- definer: keys are nobody's to read or write.
create or replace function auth.claim_idempotency_key(p_key text, p_method text, p_path text, p_body_sha256 bytea)
returns json
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_user_id uuid := auth.user_id();
  v_first auth.idempotency_keys;
begin
  delete from auth.idempotency_keys as k
  where k.user_id = v_user_id
    and k.method = p_method
    and k.path = p_path
    and k.key = p_key
    and k.created_at < (select school.clock()) - interval '1 day';
  insert into auth.idempotency_keys (user_id, method, path, key, body_sha256, created_at)
  values (v_user_id, p_method, p_path, p_key, p_body_sha256, school.clock())
  on conflict on constraint idempotency_keys_pkey do nothing;
  if found then
    return null;
  end if;
  select *
  into v_first
  from auth.idempotency_keys as k
  where k.user_id = v_user_id
    and k.method = p_method
    and k.path = p_path
    and k.key = p_key;
  if v_first.body_sha256 <> p_body_sha256 then
    perform school.fail('idempotency_key_reused', 'This Idempotency-Key was used with another body.');
  end if;
  return json_build_object('status', v_first.status, 'body', v_first.body);
end;
$$;
comment on function auth.claim_idempotency_key(text, text, text, bytea) is
  'Claims a key for this request, or hands out the first answer given to it.';
grant execute on function auth.claim_idempotency_key(text, text, text, bytea)
to school_admin, school_staff, school_teacher, school_student;
