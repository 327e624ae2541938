-- Stretches without classes of one admission.
set local role school_owner;

create table school.pauses (
  id uuid primary key default gen_random_uuid(),
  admission_id uuid not null references school.admissions (id) on delete restrict,
  start_date date not null,
  end_date date not null,
  reason text,
  is_override boolean not null default false,
  student_id uuid,
  lead_owner_id uuid,
  created_by uuid references school.users (id) on delete restrict,
  created_at timestamptz not null default now(),
  constraint does_not_end_before_it_starts check (start_date <= end_date),
  constraint dates_are_within_reason check (start_date >= '1900-01-01' and end_date <= '2200-12-31'),
  constraint reason_is_short check (length(reason) <= 1000)
);
comment on table school.pauses is
  'Dates, both included, on which an admission has no classes; they follow at the end of its plan.';
comment on column school.pauses.is_override is 'An admin allowed more days than the school''s policy does.';
comment on column school.pauses.student_id is 'The student of the admission, kept here for the policies.';
comment on column school.pauses.lead_owner_id is 'As of the admission.';
create index pauses_by_admission on school.pauses (admission_id, start_date);
create index pauses_by_student on school.pauses (student_id);
create index pauses_by_owner on school.pauses (lead_owner_id) where lead_owner_id is not null;
create index pauses_by_author on school.pauses (created_by);

alter table school.pauses alter column reason set statistics 0;

alter table school.pauses enable row level security, force row level security;
