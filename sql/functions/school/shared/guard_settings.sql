create or replace function school.guard_settings()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if not exists (select from pg_catalog.pg_timezone_names as z where z.name = new.timezone) then
    perform school.fail_value('timezone', 'is not a time zone of the IANA database');
  end if;
  return new;
end;
$$;
comment on function school.guard_settings() is 'Trigger: a time zone is one the server knows.';

create or replace trigger guard_settings
before insert or update of timezone on school.school_settings
for each row
execute function school.guard_settings();

create or replace trigger guard_settings
before insert or update of timezone on school.user_settings
for each row
when (new.timezone is not null)
execute function school.guard_settings();
