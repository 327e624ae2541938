-- What keeps tokens short-lived, counters fair and the notices' channel silent about who is told.

-- Whoever loses the right to be here loses the open sessions of their direct login, too: ending another's session takes
-- this role. Where the migrating login may not grant it, such a session stays open and is nobody.
do $$
begin
  grant pg_signal_backend to school_owner;
exception
  when insufficient_privilege then
    raise warning 'grant pg_signal_backend to school_owner as a superuser, or open SQL sessions outlive who is disabled';
end
$$;

set local role school_owner;

alter table auth.failed_attempts
  drop constraint kind_is_known,
  add constraint kind_is_known
    check (kind in ('account', 'account_everywhere', 'address', 'access_request', 'reschedule_request'));
comment on table auth.failed_attempts is
'Throttling counters: passwords tried per account and network, and per account everywhere; guesses and access requests per network; requests to move a class per student.';
comment on column auth.failed_attempts.subject is
'Whose counter it is: a network (api.addresses makes it of an address), a network and an account, an account''s e-mail, or a user''s id.';

-- Answers kept with a token in them; from now on they are kept without.
delete from auth.idempotency_keys
where path in ('/v1/users', '/v1/me/calendar', '/v1/webhooks')
  or path like '/v1/users/%/activation';

-- Who may not own leads any more leaves none behind.
update school.leads as l set owner_id = null
from school.users as u
where u.id = l.owner_id
  and u.role not in ('staff', 'admin', 'super_admin');
update school.leads as l set assigned_teacher_id = null
from school.users as u
where u.id = l.assigned_teacher_id
  and u.role <> 'teacher';

-- How much one person has caused lately.
create index notification_events_by_actor_and_age on school.notification_events (actor_user_id, created_at);
drop index school.notification_events_by_actor;

create table auth.channel_key (
  is_the_only_row boolean primary key default true,
  key bytea not null default uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()),
  constraint there_is_one_key check (is_the_only_row),
  constraint key_is_long check (octet_length(key) = 32)
);
comment on table auth.channel_key is 'What ids of recipients are hashed with before everybody who listens can read them.';
insert into auth.channel_key default values;
alter table auth.channel_key enable row level security, force row level security;
