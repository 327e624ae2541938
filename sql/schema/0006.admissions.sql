-- Who takes which course, in which seats, and whether it is paid.
set local role school_owner;

create table school.admissions (
  id uuid primary key default gen_random_uuid(),
  lead_id uuid references school.leads (id) on delete restrict,
  student_id uuid not null references school.users (id) on delete restrict,
  course_id uuid not null references school.courses (id) on delete restrict,
  course_plan_id uuid not null references school.course_plans (id) on delete restrict,
  renewed_from_id uuid references school.admissions (id) on delete restrict,
  start_date date not null,
  total_classes integer not null,
  status text not null default 'active',
  status_reason text,
  created_by uuid references school.users (id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version bigint not null default 1,
  constraint start_date_is_within_reason check (start_date between '1900-01-01' and '2200-12-31'),
  constraint total_classes_is_1_to_500 check (total_classes between 1 and 500),
  constraint status_is_known check (status in ('active', 'blocked', 'cancelled', 'completed')),
  constraint status_reason_is_short check (length(status_reason) <= 1000)
);
comment on table school.admissions is 'A student taking a plan of a course.';
comment on column school.admissions.total_classes is 'The plan''s number of classes when it was bought; plans may change later.';
create unique index one_admission_per_lead on school.admissions (lead_id) where renewed_from_id is null;
create unique index one_renewal_per_admission on school.admissions (renewed_from_id);
create index admissions_by_age on school.admissions (created_at, id);
create index admissions_by_student on school.admissions (student_id, created_at, id);
create index admissions_by_lead on school.admissions (lead_id);
create index admissions_by_course on school.admissions (course_id, created_at, id);
create index admissions_by_plan on school.admissions (course_plan_id);
create index admissions_by_status on school.admissions (status, created_at, id);
create index admissions_by_author on school.admissions (created_by);

create table school.admission_slots (
  admission_id uuid not null references school.admissions (id) on delete restrict,
  time_slot_id uuid not null references school.time_slot_templates (id) on delete restrict,
  classroom_slot_id uuid not null references school.classroom_slots (id) on delete restrict,
  created_at timestamptz not null default now(),
  primary key (admission_id, time_slot_id)
);
comment on table school.admission_slots is 'The weekly times an admission was made for, and the class each resolved to.';
create index admission_slots_by_time_slot on school.admission_slots (time_slot_id);
create index admission_slots_by_class on school.admission_slots (classroom_slot_id);

create table school.admission_payments (
  id uuid primary key default gen_random_uuid(),
  admission_id uuid not null references school.admissions (id) on delete restrict,
  status text not null default 'unpaid',
  notes text,
  updated_by uuid references school.users (id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version bigint not null default 1,
  constraint one_payment_per_admission unique (admission_id),
  constraint status_is_paid_or_unpaid check (status in ('paid', 'unpaid')),
  constraint notes_are_short check (length(notes) <= 5000)
);
comment on table school.admission_payments is 'Paid or not, with notes. No money is moved here.';
create index admission_payments_by_status on school.admission_payments (status, admission_id);
create index admission_payments_by_author on school.admission_payments (updated_by);

create table school.admission_payment_history (
  id uuid primary key default gen_random_uuid(),
  sequence bigint not null generated always as identity,
  admission_payment_id uuid not null references school.admission_payments (id) on delete restrict,
  old_status text,
  new_status text not null,
  old_notes text,
  new_notes text,
  actor_user_id uuid references school.users (id) on delete restrict,
  session_login name not null default session_user,
  request_id text,
  created_at timestamptz not null default now()
);
comment on table school.admission_payment_history is 'Every change of a payment. Append-only.';
create index admission_payment_history_by_payment on school.admission_payment_history (admission_payment_id, sequence);
create index admission_payment_history_by_actor on school.admission_payment_history (actor_user_id);

create table school.classroom_enrollments (
  id uuid primary key default gen_random_uuid(),
  student_id uuid not null references school.users (id) on delete restrict,
  classroom_slot_id uuid not null references school.classroom_slots (id) on delete restrict,
  admission_id uuid not null references school.admissions (id) on delete restrict,
  status text not null default 'active',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint status_is_active_or_inactive check (status in ('active', 'inactive'))
);
comment on table school.classroom_enrollments is 'Seats: an active row takes one seat of its class, an inactive one none.';
create unique index one_active_enrollment_per_student_and_class on school.classroom_enrollments (student_id, classroom_slot_id) where status = 'active';
create index classroom_enrollments_by_class on school.classroom_enrollments (classroom_slot_id, status);
create index classroom_enrollments_by_student on school.classroom_enrollments (student_id, status);
create index classroom_enrollments_by_admission on school.classroom_enrollments (admission_id);

alter table school.admissions enable row level security, force row level security;
alter table school.admission_slots enable row level security, force row level security;
alter table school.admission_payments enable row level security, force row level security;
alter table school.admission_payment_history enable row level security, force row level security;
alter table school.classroom_enrollments enable row level security, force row level security;
