-- Raises weak_password. The password itself never reaches the database, its length does.
create or replace function auth.require_password_length(p_length integer)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if p_length is null or p_length not between 12 and 256 then
    perform school.fail('weak_password', 'A password has 12 to 256 characters.');
  end if;
end;
$$;
comment on function auth.require_password_length(integer) is
  'Refuses passwords shorter than 12 or longer than 256 characters.';
