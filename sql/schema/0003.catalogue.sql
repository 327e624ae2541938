-- What the school teaches, and who teaches it.
set local role school_owner;

create table school.instruments (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version bigint not null default 1,
  deleted_at timestamptz,
  constraint name_is_not_blank check (btrim(name) <> '' and length(name) <= 200)
);
comment on table school.instruments is 'Instruments taught.';
create unique index one_instrument_per_name on school.instruments (lower(name)) where deleted_at is null;
create index instruments_by_name on school.instruments (name, id) where deleted_at is null;

create table school.courses (
  id uuid primary key default gen_random_uuid(),
  instrument_id uuid not null references school.instruments (id) on delete restrict,
  name text not null,
  description text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version bigint not null default 1,
  deleted_at timestamptz,
  constraint name_is_not_blank check (btrim(name) <> '' and length(name) <= 200),
  constraint description_is_short check (length(description) <= 5000)
);
comment on table school.courses is 'Courses, each of one instrument.';
create unique index one_course_per_instrument_and_name on school.courses (instrument_id, lower(name)) where deleted_at is null;
create index courses_by_name on school.courses (name, id) where deleted_at is null;
create index courses_by_instrument on school.courses (instrument_id);

create table school.course_teachers (
  course_id uuid not null references school.courses (id) on delete restrict,
  teacher_id uuid not null references school.users (id) on delete restrict,
  created_at timestamptz not null default now(),
  primary key (course_id, teacher_id)
);
comment on table school.course_teachers is 'Who may teach which course; unique (course, teacher).';
create index course_teachers_by_teacher on school.course_teachers (teacher_id);

create table school.course_plans (
  id uuid primary key default gen_random_uuid(),
  course_id uuid not null references school.courses (id) on delete restrict,
  name text not null,
  total_classes integer not null,
  classes_per_week integer not null,
  price numeric(12, 2),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version bigint not null default 1,
  deleted_at timestamptz,
  constraint name_is_not_blank check (btrim(name) <> '' and length(name) <= 200),
  constraint total_classes_is_1_to_500 check (total_classes between 1 and 500),
  constraint classes_per_week_is_1_to_14 check (classes_per_week between 1 and 14),
  constraint price_is_not_negative check (price >= 0)
);
comment on table school.course_plans is 'What a student buys: so many classes, so many a week.';
create unique index one_plan_per_course_and_name on school.course_plans (course_id, lower(name)) where deleted_at is null;
create index course_plans_by_course on school.course_plans (course_id, name, id);
create index course_plans_by_name on school.course_plans (name, id) where deleted_at is null;

alter table school.instruments enable row level security, force row level security;
alter table school.courses enable row level security, force row level security;
alter table school.course_teachers enable row level security, force row level security;
alter table school.course_plans enable row level security, force row level security;
