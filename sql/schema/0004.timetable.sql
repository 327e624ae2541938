-- When the school is open, and which class is held when, by whom, for how many.
-- Weekdays are ISO: 1 = Monday … 7 = Sunday. Times are local to the school, intervals half-open.
set local role school_owner;

create table school.operating_days (
  weekday integer primary key,
  is_open boolean not null,
  updated_at timestamptz not null default now(),
  version bigint not null default 1,
  constraint weekday_is_1_to_7 check (weekday between 1 and 7)
);
comment on table school.operating_days is 'Seven rows: which weekdays are open.';
insert into school.operating_days (weekday, is_open)
select
  d,
  d < 7
from generate_series(1, 7) as d;

create table school.time_slot_templates (
  id uuid primary key default gen_random_uuid(),
  weekday integer not null,
  start_time time not null,
  end_time time not null,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version bigint not null default 1,
  deleted_at timestamptz,
  constraint weekday_is_1_to_7 check (weekday between 1 and 7),
  constraint ends_after_it_starts check (start_time < end_time),
  constraint times_are_whole_minutes check (
    extract(second from start_time) = 0 and extract(second from end_time) = 0 and end_time < '24:00'
  )
);
comment on table school.time_slot_templates is 'Weekly times at which classes may be held; [start_time, end_time), within one day.';
create unique index one_time_slot_per_weekday_and_times on school.time_slot_templates (weekday, start_time, end_time) where deleted_at is null;
create index time_slot_templates_in_order on school.time_slot_templates (weekday, start_time, id);

create table school.school_closures (
  id uuid primary key default gen_random_uuid(),
  start_date date not null,
  end_date date not null,
  reason text not null,
  created_by uuid references school.users (id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version bigint not null default 1,
  constraint does_not_end_before_it_starts check (start_date <= end_date),
  constraint dates_are_within_reason check (start_date >= '1900-01-01' and end_date <= '2200-12-31'),
  constraint reason_is_not_blank check (btrim(reason) <> '' and length(reason) <= 500)
);
comment on table school.school_closures is 'Dates, both included, on which no class is held.';
create index school_closures_by_dates on school.school_closures (start_date, end_date);
create index school_closures_by_end on school.school_closures (end_date);
create index school_closures_by_author on school.school_closures (created_by);

create table school.classroom_slots (
  id uuid primary key default gen_random_uuid(),
  time_slot_id uuid not null references school.time_slot_templates (id) on delete restrict,
  course_id uuid not null references school.courses (id) on delete restrict,
  teacher_id uuid not null references school.users (id) on delete restrict,
  capacity integer not null,
  seats_changed_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version bigint not null default 1,
  deleted_at timestamptz,
  constraint capacity_is_1_to_1000 check (capacity between 1 and 1000)
);
comment on table school.classroom_slots is 'A weekly class: time slot, course, teacher and number of seats.';
comment on column school.classroom_slots.seats_changed_at is
'Written by every change of enrollments, so that at REPEATABLE READ and above two takers of one seat collide (40001) instead of overselling it.';
create unique index one_class_per_time_course_and_teacher on school.classroom_slots (time_slot_id, course_id, teacher_id) where deleted_at is null;
create index classroom_slots_by_course_and_time on school.classroom_slots (course_id, time_slot_id) where deleted_at is null;
create index classroom_slots_by_course on school.classroom_slots (course_id);
create index classroom_slots_by_time_slot on school.classroom_slots (time_slot_id);
create index classroom_slots_by_teacher on school.classroom_slots (teacher_id);

create table school.class_substitutes (
  classroom_slot_id uuid not null references school.classroom_slots (id) on delete restrict,
  class_date date not null,
  teacher_id uuid not null references school.users (id) on delete restrict,
  created_by uuid references school.users (id) on delete restrict,
  created_at timestamptz not null default now(),
  primary key (classroom_slot_id, class_date),
  constraint class_date_is_within_reason check (class_date between '1900-01-01' and '2200-12-31')
);
comment on table school.class_substitutes is 'Who teaches a class on one date instead of its teacher.';
create index class_substitutes_by_teacher on school.class_substitutes (teacher_id, class_date);
create index class_substitutes_by_author on school.class_substitutes (created_by);

alter table school.operating_days enable row level security, force row level security;
alter table school.time_slot_templates enable row level security, force row level security;
alter table school.school_closures enable row level security, force row level security;
alter table school.classroom_slots enable row level security, force row level security;
alter table school.class_substitutes enable row level security, force row level security;
