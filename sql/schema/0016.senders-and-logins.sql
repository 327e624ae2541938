-- A login of its own for the senders of e-mail and webhooks, notices that are streamed as soon as they can be seen,
-- mail that grows too old, and direct logins that only read. Runs first as the migrating login, as 0001 does, for the
-- role belongs to the cluster.
do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'school_sender') then
    begin
      create role school_sender nologin;
    exception
      when duplicate_object or unique_violation then
        raise notice 'role school_sender was made by another database meanwhile';
    end;
  end if;
end
$$;

-- The sender is a member of nothing and calls four functions of schema jobs. It waits on networks between its
-- transactions, never in one.
alter role school_sender login noinherit;
alter role school_sender set statement_timeout = '30s';
alter role school_sender set lock_timeout = '5s';
alter role school_sender set idle_in_transaction_session_timeout = '15s';
alter role school_sender set default_transaction_isolation = 'read committed';
alter role school_sender set timezone = 'UTC';
alter role school_sender set datestyle = 'ISO, YMD';

set local role school_owner;

alter table school.notifications add column snapshot pg_snapshot;
alter table school.notifications alter column snapshot set default pg_current_snapshot();
comment on column school.notifications.snapshot is
'What its maker could see. Whoever was sent the notice had been sent all that was visible in here: a stream resumes with the rest. Null for notices of before there was this column.';
comment on column school.notifications.transaction_id is
'The transaction that made the notice: with a snapshot it tells whether a stream has sent it.';

alter table auth.direct_logins add column read_only boolean not null default false;
comment on column auth.direct_logins.read_only is 'Whether the login writes nothing, whatever its person may.';

-- The text of an e-mail, with the token that may be in it, is kept while it waits and no longer. The policies may be
-- away with the code layer, so the owner looks past them.
alter table school.deliveries drop constraint if exists email_has_a_text_until_it_is_sent;
alter table school.deliveries no force row level security;
update school.deliveries
set body = null, activation_token_hash = null
where status <> 'pending'
  and (body is not null or activation_token_hash is not null);
alter table school.deliveries force row level security;
alter table school.deliveries
  add constraint email_has_a_text_while_it_waits check (kind <> 'email' or (status = 'pending') = (body is not null));
comment on column school.deliveries.body is 'The text of an e-mail while it waits, readable by nobody; a webhook''s is made of its event.';

alter table school.deliveries add column retried_at timestamptz;
comment on column school.deliveries.retried_at is 'When a dead one was given all its attempts again, from which its age counts anew.';
create index deliveries_by_age on school.deliveries (coalesce(retried_at, created_at))
where kind = 'email' and status = 'pending';
