-- Who there is, and how they come in.
set local role school_owner;

create table school.school_settings (
  is_the_only_row boolean primary key default true,
  school_name text not null default 'My music school',
  timezone text not null default 'UTC',
  phone_region text not null default 'US',
  locale text not null default 'en',
  currency text not null default 'USD',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version bigint not null default 1,
  constraint there_is_one_school check (is_the_only_row),
  constraint school_name_is_not_blank check (btrim(school_name) <> '' and length(school_name) <= 200),
  constraint timezone_is_short check (length(timezone) between 1 and 64),
  constraint phone_region_is_two_letters check (phone_region ~ '^[A-Z]{2}$'),
  constraint locale_is_a_language_tag check (locale ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$' and length(locale) <= 35),
  constraint currency_is_three_letters check (currency ~ '^[A-Z]{3}$')
);
comment on table school.school_settings is 'The one school of this database: its name, its time zone (all dates are its local dates) and defaults.';
insert into school.school_settings default values;

create table school.users (
  id uuid primary key default gen_random_uuid(),
  email text,
  name text not null,
  phone text,
  role text not null,
  status text not null default 'active',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version bigint not null default 1,
  deleted_at timestamptz,
  constraint email_is_an_address check (email ~ '^[^@[:space:]]+@[^@[:space:]]+\.[^@[:space:]]+$' and length(email) <= 254),
  constraint email_is_normalised check (email is nfc normalized and email = lower(email collate "C")),
  constraint name_is_not_blank check (btrim(name) <> '' and length(name) <= 200),
  constraint phone_is_short check (length(phone) between 1 and 40),
  constraint role_is_known check (role in ('super_admin', 'admin', 'staff', 'teacher', 'student')),
  constraint status_is_known check (status in ('active', 'disabled'))
);
comment on table school.users is 'Everybody the school knows by name, whatever the role. A student without e-mail has no login.';
comment on column school.users.email is 'Trimmed, NFC, ASCII lower case; unique among users that are not deleted; null when unknown.';
create unique index one_user_per_email on school.users (email) where deleted_at is null;
create index users_by_role_and_name on school.users (role, name, id) where deleted_at is null;
create index users_by_name on school.users (name, id) where deleted_at is null;

create table school.user_settings (
  user_id uuid primary key references school.users (id) on delete cascade,
  locale text,
  timezone text,
  muted_notification_types text[] not null default '{}',
  preferences jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version bigint not null default 1,
  constraint locale_is_a_language_tag check (locale ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$' and length(locale) <= 35),
  constraint timezone_is_short check (length(timezone) between 1 and 64),
  constraint access_requests_are_never_muted check (not 'access.requested' = any (muted_notification_types)),
  constraint muted_types_are_few check (cardinality(muted_notification_types) <= 50),
  constraint preferences_are_an_object check (jsonb_typeof(preferences) = 'object'),
  constraint preferences_are_small check (pg_column_size(preferences) <= 65536)
);
comment on table school.user_settings is 'Preferences of one person; made on first use.';

create table school.access_requests (
  id uuid primary key default gen_random_uuid(),
  email text not null,
  name text not null,
  role text not null,
  message text,
  status text not null default 'pending',
  user_id uuid references school.users (id) on delete restrict,
  reviewed_by uuid references school.users (id) on delete restrict,
  reviewed_at timestamptz,
  reason text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version bigint not null default 1,
  constraint email_is_an_address check (email ~ '^[^@[:space:]]+@[^@[:space:]]+\.[^@[:space:]]+$' and length(email) <= 254),
  constraint email_is_normalised check (email is nfc normalized and email = lower(email collate "C")),
  constraint name_is_not_blank check (btrim(name) <> '' and length(name) <= 200),
  constraint role_is_known check (role in ('super_admin', 'admin', 'staff', 'teacher', 'student')),
  constraint message_is_short check (length(message) <= 2000),
  constraint reason_is_short check (length(reason) <= 2000),
  constraint status_is_known check (status in ('pending', 'approved', 'rejected')),
  constraint user_is_known_once_approved check ((status = 'approved') = (user_id is not null)),
  constraint review_is_signed check ((status = 'pending') = (reviewed_at is null))
);
comment on table school.access_requests is 'Requests to be let in, made without a login; user_id is set only on approval.';
create unique index one_pending_request_per_email on school.access_requests (email) where status = 'pending';
create index access_requests_by_status on school.access_requests (status, created_at, id);
create index access_requests_by_age on school.access_requests (created_at, id);
create index access_requests_by_user on school.access_requests (user_id);
create index access_requests_by_reviewer on school.access_requests (reviewed_by);

create table auth.credentials (
  user_id uuid primary key references school.users (id) on delete cascade,
  password_hash text not null,
  updated_at timestamptz not null default now()
);
comment on table auth.credentials is 'Argon2id hashes in PHC form; a user without a row has no password yet.';

create table auth.sessions (
  token_hash bytea primary key,
  id uuid not null unique default gen_random_uuid(),
  user_id uuid not null references school.users (id) on delete cascade,
  user_agent text,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  constraint token_hash_is_sha256 check (octet_length(token_hash) = 32),
  constraint user_agent_is_short check (length(user_agent) <= 400),
  constraint ends_after_it_starts check (created_at < expires_at)
);
comment on table auth.sessions is 'Open sessions, by the SHA-256 of their opaque bearer token. Ending one deletes its row.';
create index sessions_by_user on auth.sessions (user_id, created_at);
create index sessions_by_expiry on auth.sessions (expires_at);

create table auth.activation_tokens (
  token_hash bytea primary key,
  user_id uuid not null references school.users (id) on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  constraint token_hash_is_sha256 check (octet_length(token_hash) = 32)
);
comment on table auth.activation_tokens is 'Single-use tokens with which a person sets a password; using one deletes it, a new one ends the earlier ones.';
create index activation_tokens_by_user on auth.activation_tokens (user_id);

create table auth.direct_logins (
  login name primary key,
  user_id uuid not null unique references school.users (id) on delete cascade,
  created_at timestamptz not null default now()
);
comment on table auth.direct_logins is 'Which user a direct SQL login is. The identity of every session but the gateway''s comes from here.';

create table auth.failed_attempts (
  kind text not null,
  subject text not null,
  failures integer not null default 0,
  window_started_at timestamptz not null default now(),
  last_failed_at timestamptz not null default now(),
  primary key (kind, subject),
  constraint kind_is_known check (kind in ('account', 'address', 'access_request')),
  constraint subject_is_short check (length(subject) <= 300)
);
comment on table auth.failed_attempts is 'Throttling counters per account and per network address.';
create index failed_attempts_by_age on auth.failed_attempts (last_failed_at);

create table auth.idempotency_keys (
  user_id uuid not null references school.users (id) on delete cascade,
  method text not null,
  path text not null,
  key text not null,
  body_sha256 bytea not null,
  status integer,
  body text,
  created_at timestamptz not null default now(),
  primary key (user_id, method, path, key),
  constraint key_is_short check (length(key) between 1 and 255),
  constraint path_is_short check (length(path) <= 500)
);
comment on table auth.idempotency_keys is 'First answers of creating requests, kept a day; key and effect commit together.';
create index idempotency_keys_by_age on auth.idempotency_keys (created_at);

create table auth.calendar_tokens (
  token_hash bytea primary key,
  user_id uuid not null unique references school.users (id) on delete cascade,
  created_at timestamptz not null default now(),
  constraint token_hash_is_sha256 check (octet_length(token_hash) = 32)
);
comment on table auth.calendar_tokens is 'The secret calendar address of a person, one at most.';

create table auth.migration_checksums (
  migration_id text primary key,
  sha256 text not null
);
comment on table auth.migration_checksums is 'What each applied migration file read like, since yoyo looks at the file name only.';

create table auth.code_layer (
  is_the_only_row boolean primary key default true check (is_the_only_row),
  checksum text not null,
  applied_at timestamptz not null default now()
);
comment on table auth.code_layer is 'Which functions, views and policies this database runs.';

alter table school.school_settings enable row level security, force row level security;
alter table school.users enable row level security, force row level security;
alter table school.user_settings enable row level security, force row level security;
alter table school.access_requests enable row level security, force row level security;
alter table auth.credentials enable row level security, force row level security;
alter table auth.sessions enable row level security, force row level security;
alter table auth.activation_tokens enable row level security, force row level security;
alter table auth.direct_logins enable row level security, force row level security;
alter table auth.failed_attempts enable row level security, force row level security;
alter table auth.idempotency_keys enable row level security, force row level security;
alter table auth.calendar_tokens enable row level security, force row level security;
alter table auth.migration_checksums enable row level security, force row level security;
alter table auth.code_layer enable row level security, force row level security;
