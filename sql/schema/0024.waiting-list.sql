-- Who waits for a weekly seat, what they would take, and the seats that are held for those who were offered one.
set local role school_owner;

create table school.waitlist_entries (
  id uuid primary key default gen_random_uuid(),
  sequence bigint not null generated always as identity,
  lead_id uuid references school.leads (id) on delete restrict,
  student_id uuid references school.users (id) on delete restrict,
  course_id uuid not null references school.courses (id) on delete restrict,
  course_plan_id uuid references school.course_plans (id) on delete restrict,
  teacher_id uuid references school.users (id) on delete restrict,
  classes_per_week integer not null,
  note text,
  status text not null default 'waiting',
  put_first_at timestamptz,
  offer_expires_at timestamptz,
  ended_at timestamptz,
  admission_id uuid references school.admissions (id) on delete restrict,
  lead_owner_id uuid,
  created_by uuid references school.users (id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version bigint not null default 1,
  constraint somebody_waits check (num_nonnulls(lead_id, student_id) = 1),
  constraint classes_per_week_is_1_to_14 check (classes_per_week between 1 and 14),
  constraint note_is_short check (length(note) <= 2000),
  constraint status_is_known check (status in ('waiting', 'offered', 'admitted', 'declined', 'expired', 'withdrawn')),
  constraint an_offer_expires check ((status = 'offered') = (offer_expires_at is not null)),
  constraint an_end_is_dated check ((status in ('waiting', 'offered')) = (ended_at is null)),
  constraint admitted_by_an_admission check (status = 'admitted' or admission_id is null)
);
comment on table school.waitlist_entries is
  'A lead or a student waiting for weekly classes of a course. The place in line is told by put_first_at and sequence.';
comment on column school.waitlist_entries.classes_per_week is 'How many weekly classes are wanted, all of them or none.';
comment on column school.waitlist_entries.put_first_at is 'When an admin put it first; the last one put first is the first.';
comment on column school.waitlist_entries.offer_expires_at is 'Until when the seats of school.held_seats are held.';
comment on column school.waitlist_entries.lead_owner_id is
  'The owner of the lead, kept here for the policies; null when the lead is deleted.';
create unique index one_live_entry_per_lead_and_course on school.waitlist_entries (lead_id, course_id)
where status in ('waiting', 'offered');
create unique index one_live_entry_per_student_and_course on school.waitlist_entries (student_id, course_id)
where status in ('waiting', 'offered');
create index waitlist_entries_in_line on school.waitlist_entries (course_id, put_first_at desc nulls last, sequence)
where status = 'waiting';
create index waitlist_entries_by_expiry on school.waitlist_entries (offer_expires_at) where status = 'offered';
create index waitlist_entries_by_age on school.waitlist_entries (created_at, id);
create index waitlist_entries_by_owner on school.waitlist_entries (lead_owner_id, created_at, id)
where lead_owner_id is not null;
create index waitlist_entries_by_student on school.waitlist_entries (student_id, created_at, id)
where student_id is not null;
create index waitlist_entries_by_lead on school.waitlist_entries (lead_id, created_at, id) where lead_id is not null;
create index waitlist_entries_by_course on school.waitlist_entries (course_id, created_at, id);
create index waitlist_entries_by_status on school.waitlist_entries (status, created_at, id);
create index waitlist_entries_by_plan on school.waitlist_entries (course_plan_id) where course_plan_id is not null;
create index waitlist_entries_by_teacher on school.waitlist_entries (teacher_id) where teacher_id is not null;
create index waitlist_entries_by_admission on school.waitlist_entries (admission_id) where admission_id is not null;
create index waitlist_entries_by_author on school.waitlist_entries (created_by);

alter table school.waitlist_entries alter column note set statistics 0;

create table school.waitlist_time_slots (
  waitlist_entry_id uuid not null references school.waitlist_entries (id) on delete restrict,
  time_slot_id uuid not null references school.time_slot_templates (id) on delete restrict,
  created_at timestamptz not null default now(),
  primary key (waitlist_entry_id, time_slot_id)
);
comment on table school.waitlist_time_slots is
  'The time slots that somebody who waits would take, any of them; of who has none any of the course.';
create index waitlist_time_slots_by_time_slot on school.waitlist_time_slots (time_slot_id);

create table school.held_seats (
  waitlist_entry_id uuid not null references school.waitlist_entries (id) on delete restrict,
  classroom_slot_id uuid not null references school.classroom_slots (id) on delete restrict,
  created_at timestamptz not null default now(),
  primary key (waitlist_entry_id, classroom_slot_id)
);
comment on table school.held_seats is
  'Weekly seats held for somebody who was offered them: a row takes one seat of its class until the offer ends.';
create index held_seats_by_class on school.held_seats (classroom_slot_id);

-- The policies come with the code layer, which may not be there.
alter table jobs.schedule no force row level security;
insert into jobs.schedule (name, cron, description)
values ('expire_offers', '*/5 * * * *', 'Ends offers of the waiting list that have run out, and offers the seats on.')
on conflict (name) do nothing;
alter table jobs.schedule force row level security;

alter table school.waitlist_entries enable row level security, force row level security;
alter table school.waitlist_time_slots enable row level security, force row level security;
alter table school.held_seats enable row level security, force row level security;
