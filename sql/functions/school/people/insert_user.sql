-- Adds a user of details that are clean (school.clean, school.clean_email), under the caller's rights. Raises
-- email_in_use with the id of who has it, for those who may know.
create or replace function school.insert_user(p_person school.person_details, p_role text)
returns uuid
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_id uuid;
begin
  insert into school.users (name, role, email, phone)
  values ((p_person).name, p_role, (p_person).email, (p_person).phone)
  on conflict ((email || '')) where deleted_at is null do nothing
  returning id into v_id;
  if v_id is null then
    perform school.fail_email_in_use((p_person).email);
  end if;
  return v_id;
end;
$$;
comment on function school.insert_user(school.person_details, text) is
  'Adds a user of clean details and answers the id.';
grant execute on function school.insert_user(school.person_details, text) to school_admin;
