-- Adds a user under the caller's rights. Raises email_in_use with the id of who has it, for those who may know.
create or replace function school.add_user(p_name text, p_role text, p_email text, p_phone text)
returns uuid
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_email text := school.clean_email(p_email);
  v_id uuid;
begin
  insert into school.users (name, role, email, phone)
  values (school.clean(p_name), p_role, v_email, school.clean(p_phone))
  on conflict ((email || '')) where deleted_at is null do nothing
  returning id into v_id;
  if v_id is null then
    perform school.fail_email_in_use(v_email);
  end if;
  return v_id;
end;
$$;
comment on function school.add_user(text, text, text, text) is 'Adds a user and answers the id.';
grant execute on function school.add_user(text, text, text, text) to school_admin;
