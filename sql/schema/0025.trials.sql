-- Leads who sit in one class on one date.
set local role school_owner;

create table school.trials (
  id uuid primary key default gen_random_uuid(),
  lead_id uuid not null references school.leads (id) on delete restrict,
  classroom_slot_id uuid not null references school.classroom_slots (id) on delete restrict,
  course_id uuid not null references school.courses (id) on delete restrict,
  teacher_id uuid not null references school.users (id) on delete restrict,
  class_date date not null,
  start_time time not null,
  end_time time not null,
  status text not null default 'booked',
  note text,
  ended_at timestamptz,
  ended_by uuid references school.users (id) on delete restrict,
  lead_owner_id uuid,
  created_by uuid references school.users (id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version bigint not null default 1,
  constraint class_date_is_within_reason check (class_date between '1900-01-01' and '2200-12-31'),
  constraint ends_after_it_starts check (start_time < end_time),
  constraint status_is_known check (status in ('booked', 'attended', 'missed', 'cancelled')),
  constraint note_is_short check (length(note) <= 2000),
  constraint an_end_is_dated check ((status = 'booked') = (ended_at is null))
);
comment on table school.trials is
  'A lead sitting in one class on one date; booked, it takes a place on that date, and no weekly seat.';
comment on column school.trials.teacher_id is 'Who teaches the class on that date: its teacher, or the substitute.';
comment on column school.trials.lead_owner_id is
  'The owner of the lead, kept here for the policies; null when the lead is deleted.';
create unique index one_booked_trial_per_lead_and_course on school.trials (lead_id, course_id) where status = 'booked';
create index trials_booked_by_class_and_date on school.trials (classroom_slot_id, class_date) where status = 'booked';
create index trials_by_class_and_date on school.trials (classroom_slot_id, class_date);
create index trials_in_order on school.trials (class_date, start_time, id);
create index trials_by_teacher on school.trials (teacher_id, class_date, start_time, id);
create index trials_by_owner on school.trials (lead_owner_id, class_date, start_time, id)
where lead_owner_id is not null;
create index trials_by_lead on school.trials (lead_id, class_date);
create index trials_by_course on school.trials (course_id);
create index trials_by_author on school.trials (created_by);
create index trials_by_ender on school.trials (ended_by) where ended_by is not null;

alter table school.trials alter column note set statistics 0;

alter table school.trials enable row level security, force row level security;
