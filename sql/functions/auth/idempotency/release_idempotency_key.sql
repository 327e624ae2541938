-- For a refusal that commits its trace: a refusal is judged anew, so its key is free again.
-- definer: keys are nobody's to read or write.
create or replace function auth.release_idempotency_key(p_key text, p_method text, p_path text)
returns void
language sql
volatile
security definer
set search_path = ''
as $$
  delete from auth.idempotency_keys as k
  where k.user_id = auth.user_id()
    and k.method = p_method
    and k.path = p_path
    and k.key = p_key
    and k.status is null;
$$;
comment on function auth.release_idempotency_key(text, text, text) is
  'Frees a claimed key that got no answer worth keeping.';
grant execute on function auth.release_idempotency_key(text, text, text)
to school_admin, school_staff, school_teacher, school_student;
