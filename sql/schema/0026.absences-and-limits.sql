-- Absences that are announced ahead, moves that the school causes or allows, and how much of all that the school allows.
set local role school_owner;

alter table school.attendance
  add column absence_announced_at timestamptz,
  add column absence_announced_by uuid references school.users (id) on delete restrict,
  add column absence_reason text,
  add constraint absence_is_signed check ((absence_announced_at is null) = (absence_announced_by is null)),
  add constraint absence_reason_is_short check (length(absence_reason) <= 2000),
  add constraint a_reason_is_of_an_absence check (absence_announced_at is not null or absence_reason is null);
comment on column school.attendance.absence_announced_at is
  'When somebody said that the student will not come: the place on that date is free for others.';
alter table school.attendance alter column absence_reason set statistics 0;
create index attendance_by_announcer on school.attendance (absence_announced_by) where absence_announced_by is not null;

alter table school.reschedule_requests
  add column is_school_caused boolean not null default false,
  add column is_override boolean not null default false,
  add column admission_id uuid references school.admissions (id) on delete restrict;
comment on column school.reschedule_requests.is_school_caused is
  'The school is the cause: it does not count as a move and meets no limit of the school''s policy.';
comment on column school.reschedule_requests.is_override is
  'An admin went beyond the limits of the school''s policy; it counts as a move.';
comment on column school.reschedule_requests.admission_id is
  'The admission of the class to be moved, kept here to count its moves.';
-- The policies and triggers come with the code layer, which may not be there, or be an older one.
alter table school.attendance no force row level security;
alter table school.reschedule_requests no force row level security, disable trigger user;
update school.reschedule_requests as r
set admission_id = b.admission_id
from school.attendance as b
where b.id = r.original_attendance_id;
alter table school.attendance force row level security;
alter table school.reschedule_requests force row level security, enable trigger user;
create index reschedule_requests_by_admission on school.reschedule_requests (admission_id);

alter table school.school_settings
  add column reschedule_notice_hours integer not null default 0,
  add column reschedules_per_admission integer,
  add column reschedule_within_days integer not null default 60,
  add column waitlist_offer_hours integer not null default 48,
  add column trials_per_lead integer not null default 1,
  add column pause_days_per_admission integer not null default 30,
  add constraint reschedule_notice_is_two_weeks_at_most check (reschedule_notice_hours between 0 and 336),
  add constraint reschedules_are_a_hundred_at_most check (reschedules_per_admission between 0 and 100),
  add constraint reschedules_lie_within_a_year check (reschedule_within_days between 1 and 365),
  add constraint an_offer_lasts_two_weeks_at_most check (waitlist_offer_hours between 1 and 336),
  add constraint trials_are_ten_at_most check (trials_per_lead between 0 and 10),
  add constraint a_pause_lasts_a_year_at_most check (pause_days_per_admission between 0 and 366);
comment on column school.school_settings.reschedules_per_admission is 'How many classes a plan may move; null for any.';
