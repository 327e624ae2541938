-- definer: keys are nobody's to read or write.
create or replace function auth.keep_idempotent_answer(
  p_key text,
  p_method text,
  p_path text,
  p_status integer,
  p_body text
)
returns void
language sql
volatile
security definer
set search_path = ''
as $$
  update auth.idempotency_keys as k
  set status = p_status, body = p_body
  where k.user_id = auth.user_id()
    and k.method = p_method
    and k.path = p_path
    and k.key = p_key;
$$;
comment on function auth.keep_idempotent_answer(text, text, text, integer, text) is
  'Keeps the answer of a claimed key, in the transaction of its effect.';
grant execute on function auth.keep_idempotent_answer(text, text, text, integer, text)
to school_admin, school_staff, school_teacher, school_student;
