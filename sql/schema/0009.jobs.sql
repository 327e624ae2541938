-- What runs by the clock, and what it did.
set local role school_owner;

create table jobs.schedule (
  name text primary key,
  cron text not null,
  description text not null,
  is_enabled boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint name_is_snake_case check (name ~ '^[a-z][a-z0-9_]{0,62}$'),
  constraint cron_has_five_fields check (cron ~ '^\S+( \S+){4}$')
);
comment on table jobs.schedule is 'The scheduled jobs: the function of schema jobs that runs, and when (cron, UTC). Each judges by the school''s own date.';
insert into jobs.schedule (name, cron, description)
values
  ('follow_ups_due', '*/15 * * * *', 'Notices for follow-ups that are due.'),
  ('remaining_classes', '*/15 * * * *', 'Notices for plans with four or no classes left.'),
  ('complete_admissions', '5,35 * * * *', 'Completes admissions whose plan has run out and frees their seats.'),
  ('expire_reschedule_requests', '*/5 * * * *', 'Expires requests whose class has begun.'),
  ('purge', '50 * * * *', 'Removes ended sessions, spent tokens, old counters and idempotency keys.');

create table jobs.runs (
  id uuid primary key default gen_random_uuid(),
  name text not null references jobs.schedule (name) on delete restrict,
  run_on date not null,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  rows_made integer,
  error text,
  session_login name not null default session_user,
  constraint finished_after_it_started check (finished_at >= started_at)
);
comment on table jobs.runs is 'Every run of a job: for which date, when, and how many rows it made.';
create index runs_by_job on jobs.runs (name, started_at);

alter table jobs.schedule enable row level security, force row level security;
alter table jobs.runs enable row level security, force row level security;
