-- Each class of each student, dated, and the requests to move one.
set local role school_owner;

create table school.attendance (
  id uuid primary key default gen_random_uuid(),
  admission_id uuid not null references school.admissions (id) on delete restrict,
  student_id uuid not null references school.users (id) on delete restrict,
  classroom_slot_id uuid not null references school.classroom_slots (id) on delete restrict,
  teacher_id uuid not null references school.users (id) on delete restrict,
  class_date date not null,
  start_time time not null,
  end_time time not null,
  status text not null default 'scheduled',
  note text,
  marked_by uuid references school.users (id) on delete restrict,
  marked_at timestamptz,
  original_class_date date,
  original_classroom_slot_id uuid references school.classroom_slots (id) on delete restrict,
  closure_id uuid references school.school_closures (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version bigint not null default 1,
  constraint class_date_is_within_reason check (class_date between '1900-01-01' and '2200-12-31'),
  constraint ends_after_it_starts check (start_time < end_time),
  constraint status_is_known check (status in ('scheduled', 'present', 'late', 'absent', 'cancelled')),
  constraint note_is_short check (length(note) <= 2000),
  constraint mark_is_signed check ((marked_by is null) = (marked_at is null))
);
comment on table school.attendance is 'One row per student and class date, made for the whole plan at admission.';
comment on column school.attendance.teacher_id is 'Who teaches this class: the teacher of the class, or the substitute of that date. Past rows keep who taught.';
comment on column school.attendance.start_time is 'Local time of this class, kept with it, so that later changes of the timetable do not rewrite the past.';
comment on column school.attendance.original_class_date is 'The date before the first move; null when never moved.';
create unique index one_class_per_student_slot_and_date on school.attendance (student_id, classroom_slot_id, class_date) where status <> 'cancelled';
create index attendance_by_class_and_date on school.attendance (classroom_slot_id, class_date);
create index attendance_by_student_and_date on school.attendance (student_id, class_date);
create index attendance_by_admission_and_date on school.attendance (admission_id, class_date);
create index attendance_by_teacher_and_date on school.attendance (teacher_id, class_date);
create index attendance_in_order on school.attendance (class_date, start_time, id);
create index attendance_by_status_and_date on school.attendance (status, class_date);
create index attendance_by_closure on school.attendance (closure_id) where closure_id is not null;
create index attendance_by_original_slot on school.attendance (original_classroom_slot_id) where original_classroom_slot_id is not null;
create index attendance_by_marker on school.attendance (marked_by) where marked_by is not null;

create table school.attendance_history (
  id uuid primary key default gen_random_uuid(),
  sequence bigint not null generated always as identity,
  attendance_id uuid not null references school.attendance (id) on delete restrict,
  field text not null,
  old jsonb,
  new jsonb,
  actor_user_id uuid references school.users (id) on delete restrict,
  session_login name not null default session_user,
  request_id text,
  created_at timestamptz not null default now(),
  constraint something_changed check (old is distinct from new)
);
comment on table school.attendance_history is 'Every change of a class of a student: which column, from what, to what, by whom. Append-only.';
create index attendance_history_by_row on school.attendance_history (attendance_id, sequence);
create index attendance_history_by_actor on school.attendance_history (actor_user_id);

create table school.reschedule_requests (
  id uuid primary key default gen_random_uuid(),
  original_attendance_id uuid not null references school.attendance (id) on delete restrict,
  student_id uuid not null references school.users (id) on delete restrict,
  source_class_date date not null,
  source_classroom_slot_id uuid not null references school.classroom_slots (id) on delete restrict,
  class_date date not null,
  classroom_slot_id uuid not null references school.classroom_slots (id) on delete restrict,
  status text not null default 'pending',
  reason text,
  requested_by uuid not null references school.users (id) on delete restrict,
  decided_by uuid references school.users (id) on delete restrict,
  decided_at timestamptz,
  decision_reason text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version bigint not null default 1,
  constraint class_date_is_within_reason check (class_date between '1900-01-01' and '2200-12-31'),
  constraint status_is_known check (status in ('pending', 'approved', 'rejected', 'withdrawn', 'expired', 'closed')),
  constraint decision_is_dated check ((status = 'pending') = (decided_at is null)),
  constraint reason_is_short check (length(reason) <= 2000),
  constraint decision_reason_is_short check (length(decision_reason) <= 2000)
);
comment on table school.reschedule_requests is 'Requests to move one class of one student to another date; (class_date, classroom_slot_id) is the target.';
create unique index one_pending_request_per_class on school.reschedule_requests (original_attendance_id) where status = 'pending';
create index reschedule_requests_by_status on school.reschedule_requests (status, created_at);
create index reschedule_requests_by_age on school.reschedule_requests (created_at, id);
create index reschedule_requests_by_row on school.reschedule_requests (original_attendance_id);
create index reschedule_requests_by_student on school.reschedule_requests (student_id, created_at, id);
create index reschedule_requests_by_source on school.reschedule_requests (source_classroom_slot_id);
create index reschedule_requests_by_target on school.reschedule_requests (classroom_slot_id, class_date);
create index reschedule_requests_by_requester on school.reschedule_requests (requested_by);
create index reschedule_requests_by_decider on school.reschedule_requests (decided_by);

alter table school.attendance enable row level security, force row level security;
alter table school.attendance_history enable row level security, force row level security;
alter table school.reschedule_requests enable row level security, force row level security;
