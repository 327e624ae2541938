-- Adds a user under the caller's rights. Raises email_in_use with the id of who has it, for those who may know.
create or replace function school.add_user(p_name text, p_role text, p_email text, p_phone text)
returns uuid
language sql
volatile
security invoker
set search_path = ''
as $$
  select school.insert_user(row(school.clean(p_name), school.clean_email(p_email), school.clean(p_phone)), p_role);
$$;
comment on function school.add_user(text, text, text, text) is 'Adds a user and answers the id.';
grant execute on function school.add_user(text, text, text, text) to school_admin;
