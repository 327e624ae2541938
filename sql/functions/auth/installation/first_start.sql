-- Gives a school that nobody has used yet its time zone. Changes nothing later.
create or replace function auth.first_start(p_timezone text)
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  update school.school_settings
  set timezone = p_timezone
  where version = 1
    and timezone is distinct from p_timezone
    and not exists (select from school.users);
$$;
comment on function auth.first_start(text) is 'Sets the time zone of a new school.';
