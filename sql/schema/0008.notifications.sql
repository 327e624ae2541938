-- What happened, and who is told.
set local role school_owner;

create table school.notification_events (
  id uuid primary key default gen_random_uuid(),
  sequence bigint not null generated always as identity,
  type text not null,
  entity_type text not null,
  entity_id uuid not null,
  actor_user_id uuid references school.users (id) on delete restrict,
  payload jsonb not null default '{}',
  day date not null,
  session_login name not null default session_user,
  request_id text,
  created_at timestamptz not null default now(),
  constraint type_is_dotted check (type ~ '^[a-z_]+\.[a-z0-9_]+$' and length(type) <= 60),
  constraint entity_type_is_known check (entity_type in ('lead', 'admission', 'reschedule_request', 'access_request', 'course')),
  constraint payload_is_an_object check (jsonb_typeof(payload) = 'object'),
  constraint day_is_within_reason check (day between '1900-01-01' and '2200-12-31')
);
comment on table school.notification_events is 'The source of truth of all notices: what happened, to what, by whom, on which business day. Append-only.';
create unique index notification_events_in_order on school.notification_events (sequence);
create index notification_events_by_entity on school.notification_events (entity_id, type, day);
create index notification_events_by_age on school.notification_events (created_at, id);
create index notification_events_by_actor on school.notification_events (actor_user_id);

create table school.notifications (
  id uuid primary key default gen_random_uuid(),
  sequence bigint not null generated always as identity,
  event_id uuid not null references school.notification_events (id) on delete restrict,
  recipient_user_id uuid not null references school.users (id) on delete restrict,
  type text not null,
  entity_type text not null,
  entity_id uuid not null,
  day date not null,
  title text not null,
  body text not null,
  payload jsonb not null default '{}',
  read_at timestamptz,
  created_at timestamptz not null default now(),
  constraint one_notice_per_recipient_type_entity_and_day unique (recipient_user_id, type, entity_id, day)
);
comment on table school.notifications is 'Notices per recipient, derived from the events; they can be derived again.';
create index notifications_by_recipient on school.notifications (recipient_user_id, read_at);
create index notifications_in_order on school.notifications (recipient_user_id, sequence);
create index notifications_by_event on school.notifications (event_id);

alter table school.notification_events enable row level security, force row level security;
alter table school.notifications enable row level security, force row level security;
