-- pg_signal_backend stays with school_owner: the role may serve another database of this cluster.
drop table auth.channel_key;
create index notification_events_by_actor on school.notification_events (actor_user_id);
drop index school.notification_events_by_actor_and_age;
alter table auth.failed_attempts no force row level security;
delete from auth.failed_attempts where kind in ('account_everywhere', 'reschedule_request');
alter table auth.failed_attempts
  drop constraint kind_is_known,
  add constraint kind_is_known check (kind in ('account', 'address', 'access_request'));
alter table auth.failed_attempts force row level security;
comment on table auth.failed_attempts is 'Throttling counters per account and per network address.';
comment on column auth.failed_attempts.subject is null;
