-- The demonstration school, made through the functions that serve requests, by the people of the school themselves.
-- One transaction of the owner's: after demo.act_as() the login is that person, role, policies and all, as if they
-- had a direct SQL login. Schema demo holds what is to be done and is gone again in the last file.
-- Everything follows from the lists and from the school's today; nothing is random. The school's clock is set back by
-- seven months and walks from there to the present; no other session sees it.
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
  -- Each change leaves a dead row behind, which every look at who acts passes by until the transaction ends.
  if p_email = auth.setting('demo.actor') then
    perform set_config('role', auth.setting('demo.role'), true);
    return;
  end if;
  select * into strict v_user from school.users as u where u.email = p_email;
  if not (select r.rolsuper from pg_catalog.pg_roles as r where r.rolname = session_user) then
    execute format('grant %I to %I', 'school_' || v_user.role, session_user);
  end if;
  insert into auth.direct_logins (login, user_id)
  values (session_user, v_user.id)
  on conflict on constraint direct_logins_pkey do update
  set user_id = excluded.user_id;
  perform set_config('demo.actor', p_email, true);
  perform set_config('demo.role', 'school_' || v_user.role, true);
  perform set_config('role', 'school_' || v_user.role, true);
end;
$$;
comment on function demo.act_as(text) is 'From here on the transaction is this person''s.';

-- Nobody is written to about what was made up, until 99.end lets the types be mailed again.
create table demo.mailed as select t.type from school.notification_types as t where t.is_mailed;
update school.notification_types set is_mailed = false where is_mailed;

-- The clock, until 99.end puts the school's own in its place again.
create table demo.present as
select
  school.clock() as now,
  school.today() as today,
  school.timezone() as timezone,
  pg_catalog.pg_get_functiondef('school.clock()'::regprocedure) as clock;
set local role school_owner;
create or replace function school.clock()
returns timestamptz
language sql
stable
security invoker
as $$
  select pg_catalog.current_setting('demo.clock')::timestamptz;
$$;
reset role;

create function demo.act_for(p_email text)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform demo.act_as(p_email);
  perform set_config('role', 'none', true);
end;
$$;
comment on function demo.act_for(text) is 'From here on the owner writes what this person did.';

create function demo.act_as_nobody()
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform set_config('role', 'none', true);
  perform set_config('demo.actor', '', true);
  delete from auth.direct_logins where login = session_user;
end;
$$;
comment on function demo.act_as_nobody() is 'From here on the owner does what no person did.';

create function demo.at(p_days integer, p_time time)
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  select set_config('demo.clock', least(p.now, (p.today + p_days + p_time) at time zone p.timezone)::text, true)
  from demo.present as p;
$$;
comment on function demo.at(integer, time) is
  'Sets the clock to a time of the day so many days from today, but not beyond the present.';
select demo.at(-220, '09:00');

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
