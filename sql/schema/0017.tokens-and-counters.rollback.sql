-- pg_signal_backend stays with school_owner: the role may serve another database of this cluster.
drop table auth.channel_key;
create index notification_events_by_actor on school.notification_events (actor_user_id);
drop index school.notification_events_by_actor_and_age;
alter table school.deliveries no force row level security;
alter table school.deliveries
  drop constraint token_ends_with_the_sending,
  drop constraint email_has_a_text_until_it_is_sent;
delete from school.deliveries where kind = 'email' and status = 'dead' and body is null;
alter table school.deliveries
  add constraint email_has_a_text_until_it_is_sent check (kind <> 'email' or (status = 'sent') = (body is null)),
  add constraint token_goes_with_the_text check (body is not null or activation_token_hash is null);
alter table school.deliveries force row level security;
comment on column school.deliveries.body is 'The text of an e-mail until it is sent, readable by nobody; a webhook''s is made of its event.';
alter table auth.failed_attempts no force row level security;
delete from auth.failed_attempts where kind in ('account_everywhere', 'reschedule_request');
alter table auth.failed_attempts
  drop constraint kind_is_known,
  add constraint kind_is_known check (kind in ('account', 'address', 'access_request'));
alter table auth.failed_attempts force row level security;
comment on table auth.failed_attempts is 'Throttling counters per account and per network address.';
comment on column auth.failed_attempts.subject is null;
