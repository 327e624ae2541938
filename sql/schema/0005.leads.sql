-- People who may become students, and everything that was done about them.
set local role school_owner;

create table school.lead_stages (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  position integer not null,
  kind text not null default 'open',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version bigint not null default 1,
  deleted_at timestamptz,
  constraint name_is_not_blank check (btrim(name) <> '' and length(name) <= 200),
  constraint position_is_0_to_10000 check (position between 0 and 10000),
  constraint kind_is_known check (kind in ('open', 'won', 'lost'))
);
comment on table school.lead_stages is 'Steps of the sales pipeline, by position.';
create unique index one_stage_per_name on school.lead_stages (lower(name)) where deleted_at is null;
create index lead_stages_in_order on school.lead_stages (position, id) where deleted_at is null;
insert into school.lead_stages (name, position, kind)
values
  ('New', 1, 'open'),
  ('Contacted', 2, 'open'),
  ('Demo scheduled', 3, 'open'),
  ('Demo done', 4, 'open'),
  ('Admitted', 5, 'won'),
  ('Lost', 6, 'lost');

create table school.leads (
  id uuid primary key default gen_random_uuid(),
  stage_id uuid not null references school.lead_stages (id) on delete restrict,
  owner_id uuid references school.users (id) on delete restrict,
  assigned_teacher_id uuid references school.users (id) on delete restrict,
  name text not null,
  phone text,
  phone_key text,
  email text,
  area text,
  community text,
  address text,
  guardian_name text,
  age integer,
  expected_budget numeric(12, 2),
  number_of_contact_attempts integer not null default 0,
  last_contacted_date date,
  next_follow_up date,
  walk_in_date date,
  demo_date date,
  demo_conducted boolean not null default false,
  follow_up_date date not null,
  follow_up_status text not null default 'open',
  source text,
  lost_reason text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version bigint not null default 1,
  deleted_at timestamptz,
  constraint name_is_not_blank check (btrim(name) <> '' and length(name) <= 200),
  constraint has_phone_or_email check (phone is not null or email is not null),
  constraint phone_is_short check (length(phone) between 1 and 40),
  constraint phone_key_is_short check (length(phone_key) between 1 and 40),
  constraint email_is_an_address check (email ~ '^[^@[:space:]]+@[^@[:space:]]+\.[^@[:space:]]+$' and length(email) <= 254),
  constraint email_is_normalised check (email is nfc normalized and email = lower(email collate "C")),
  constraint area_is_short check (length(area) <= 200),
  constraint community_is_short check (length(community) <= 200),
  constraint address_is_short check (length(address) <= 500),
  constraint guardian_name_is_short check (length(guardian_name) <= 200),
  constraint age_is_0_to_120 check (age between 0 and 120),
  constraint expected_budget_is_not_negative check (expected_budget >= 0),
  constraint contact_attempts_are_counted check (number_of_contact_attempts between 0 and 100000),
  constraint last_contacted_date_is_within_reason check (last_contacted_date between '1900-01-01' and '2200-12-31'),
  constraint next_follow_up_is_within_reason check (next_follow_up between '1900-01-01' and '2200-12-31'),
  constraint walk_in_date_is_within_reason check (walk_in_date between '1900-01-01' and '2200-12-31'),
  constraint demo_date_is_within_reason check (demo_date between '1900-01-01' and '2200-12-31'),
  constraint follow_up_date_is_within_reason check (follow_up_date between '1900-01-01' and '2200-12-31'),
  constraint follow_up_status_is_open_or_done check (follow_up_status in ('open', 'done')),
  constraint source_is_short check (length(source) <= 200),
  constraint lost_reason_is_short check (length(lost_reason) <= 1000)
);
comment on table school.leads is 'Enquiries. Staff see the leads they own and the unowned ones, teachers those assigned to them.';
comment on column school.leads.phone_key is 'The phone in canonical form, for finding duplicates; the phone itself is kept as given.';
create index leads_by_follow_up on school.leads (follow_up_date, follow_up_status);
create index leads_by_follow_up_and_id on school.leads (follow_up_date, id) where deleted_at is null;
create index leads_by_age on school.leads (created_at, id) where deleted_at is null;
create index leads_by_stage on school.leads (stage_id);
create index leads_by_owner on school.leads (owner_id, follow_up_date, id);
create index leads_by_owner_and_age on school.leads (owner_id, created_at, id);
create index leads_by_teacher on school.leads (assigned_teacher_id, follow_up_date, id);
create index leads_by_phone on school.leads (phone_key) where deleted_at is null;
create index leads_by_email on school.leads (email) where deleted_at is null;

create table school.lead_notes (
  id uuid primary key default gen_random_uuid(),
  lead_id uuid not null references school.leads (id) on delete restrict,
  author_id uuid references school.users (id) on delete restrict,
  body text not null,
  created_at timestamptz not null default now(),
  constraint body_is_not_blank check (btrim(body) <> '' and length(body) <= 5000)
);
comment on table school.lead_notes is 'What was said, by whom.';
create index lead_notes_by_lead on school.lead_notes (lead_id, created_at, id);
create index lead_notes_by_author on school.lead_notes (author_id);

create table school.lead_tags (
  lead_id uuid not null references school.leads (id) on delete restrict,
  tag text not null,
  created_at timestamptz not null default now(),
  primary key (lead_id, tag),
  constraint tag_is_not_blank check (btrim(tag) <> '' and length(tag) <= 60)
);
comment on table school.lead_tags is 'Free labels of a lead.';
create index lead_tags_by_tag on school.lead_tags (tag, lead_id);

create table school.lead_audit_events (
  id uuid primary key default gen_random_uuid(),
  sequence bigint not null generated always as identity,
  lead_id uuid not null references school.leads (id) on delete restrict,
  field text not null,
  old jsonb,
  new jsonb,
  actor_user_id uuid references school.users (id) on delete restrict,
  session_login name not null default session_user,
  request_id text,
  created_at timestamptz not null default now(),
  constraint field_is_not_blank check (btrim(field) <> '' and length(field) <= 60),
  constraint something_changed check (old is distinct from new)
);
comment on table school.lead_audit_events is 'Every change of a lead: which member (its wire name), from what, to what, by whom. Append-only.';
create index lead_audit_events_by_lead on school.lead_audit_events (lead_id, sequence);
create index lead_audit_events_by_field on school.lead_audit_events (field, created_at);
create index lead_audit_events_by_actor on school.lead_audit_events (actor_user_id);

alter table school.lead_stages enable row level security, force row level security;
alter table school.leads enable row level security, force row level security;
alter table school.lead_notes enable row level security, force row level security;
alter table school.lead_tags enable row level security, force row level security;
alter table school.lead_audit_events enable row level security, force row level security;
