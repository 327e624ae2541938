-- The demonstration school, made through the functions that serve requests, by the people of the school themselves.
-- One transaction of the owner's: after demo.act_as() the login is that person, role, policies and all, as if they
-- had a direct SQL login. Schema demo holds what is to be done and is gone again in the last file.
-- Everything follows from the lists and from the school's today; nothing is random.
lock table school.users in share row exclusive mode;
do $$
begin
  if exists (select from school.users) then
    perform school.fail('invalid_state', 'This school has people already; the demonstration goes into an empty one.');
  end if;
end;
$$;

set local statement_timeout = 0;
set local idle_in_transaction_session_timeout = 0;
set local client_min_messages = warning;
create schema demo;
grant usage on schema demo to public;
alter default privileges in schema demo grant all on tables to public;
alter default privileges in schema demo grant execute on functions to public;

create function demo.act_as(p_email text)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_user school.users;
begin
  perform set_config('role', 'none', true);
  select * into strict v_user from school.users as u where u.email = p_email;
  if not (select r.rolsuper from pg_catalog.pg_roles as r where r.rolname = session_user) then
    execute format('grant %I to %I', 'school_' || v_user.role, session_user);
  end if;
  insert into auth.direct_logins (login, user_id)
  values (session_user, v_user.id)
  on conflict on constraint direct_logins_pkey do update
  set user_id = excluded.user_id;
  perform set_config('role', 'school_' || v_user.role, true);
end;
$$;
comment on function demo.act_as(text) is 'From here on the transaction is this person''s.';

create function demo.time_slot_id(p_weekday integer, p_start_time time)
returns uuid
language sql
stable
security invoker
set search_path = ''
as $$
  select t.id from api.time_slot as t where t.weekday = p_weekday and t."startTime" = school.hhmm(p_start_time);
$$;
comment on function demo.time_slot_id(integer, time) is 'The time slot that begins then.';
