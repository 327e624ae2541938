-- What answers are made of: a type for each object inside another one. Of a member that can be null the comment has a
-- sentence or clause that begins with Null, of one that can be absent one that begins with Absent.

-- Values.

-- A class time as people read it.
create domain api.clock_time as text
  constraint text_is_short check (length(value) <= 5);
comment on domain api.clock_time is '{"type": "string", "pattern": "^([01]\\d|2[0-3]):[0-5]\\d$"}';

-- A fraction of a whole.
create domain api.fraction as numeric;
comment on domain api.fraction is '{"type": "number", "minimum": 0, "maximum": 1}';

-- How many there are.
create domain api.quantity as bigint;
comment on domain api.quantity is '{"type": "integer", "minimum": 0}';

-- An object of which nothing more can be said.
create domain api.free_object as jsonb;
comment on domain api.free_object is '{"type": "object", "additionalProperties": true}';

-- A member of a lead: a text, number or flag.
create domain api.member_value as jsonb;
comment on domain api.member_value is '{"type": ["string", "number", "boolean", "null"]}';

-- A code of the HTTP contract.
create domain api.problem_code as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.problem_code is '{"$ref": "#/components/schemas/ProblemCode"}';

-- Who and what is named.

create type api.person_ref as (
  id uuid,
  name text
);
comment on type api.person_ref is 'A person.';
comment on column api.person_ref.name is 'Null for those who may not know it.';

create type api.actor_ref as (
  id uuid,
  name text
);
comment on type api.actor_ref is 'Who did something.';
comment on column api.actor_ref.id is 'Null for what the system did.';
comment on column api.actor_ref.name is 'Null for what the system did, and for those who may not know it.';

create type api.lead_ref as (
  id uuid,
  name text
);
comment on type api.lead_ref is 'A lead.';
comment on column api.lead_ref.name is 'Null for those who may not know it.';

create type api.lead_stage_ref as (
  id uuid,
  name text
);
comment on type api.lead_stage_ref is 'A stage of leads.';

create type api.instrument_ref as (
  id uuid,
  name text
);
comment on type api.instrument_ref is 'An instrument.';

create type api.course_ref as (
  id uuid,
  name text
);
comment on type api.course_ref is 'A course.';

create type api.course_plan_ref as (
  id uuid,
  name text
);
comment on type api.course_plan_ref is 'A plan of a course.';

create type api.classroom_slot_ref as (
  id uuid,
  name text
);
comment on type api.classroom_slot_ref is 'A weekly class.';
comment on column api.classroom_slot_ref.name is 'Its course, weekday and start, such as Violin I, Monday 16:00.';

-- Leads.

create type api.lead_twin as (
  id uuid,
  name text,
  matches api.twin_match
);
comment on type api.lead_twin is 'Another lead that may be the same person.';
comment on column api.lead_twin.matches is 'What both have.';

-- Weekly classes and times.

create type api.weekly_time as (
  id uuid,
  weekday api.weekday,
  "startTime" api.clock_time,
  "endTime" api.clock_time
);
comment on type api.weekly_time is 'A time slot.';

create type api.weekly_class as (
  "timeSlotId" uuid,
  "classroomSlotId" uuid,
  "classroomSlot" api.classroom_slot_ref,
  weekday api.weekday,
  "startTime" api.clock_time,
  "endTime" api.clock_time,
  teacher api.person_ref
);
comment on type api.weekly_class is 'A weekly class at its time.';

create type api.free_class as (
  "timeSlotId" uuid,
  "classroomSlotId" uuid,
  "classroomSlot" api.classroom_slot_ref,
  weekday api.weekday,
  "startTime" api.clock_time,
  "endTime" api.clock_time,
  teacher api.person_ref,
  free api.quantity
);
comment on type api.free_class is 'A weekly class of the same course with seats free.';

-- Admissions.

create type api.class_span as (
  total api.quantity,
  "firstDate" date,
  "lastDate" date
);
comment on type api.class_span is 'The dated classes of an admission.';
comment on column api.class_span."firstDate" is 'Null when all are cancelled.';
comment on column api.class_span."lastDate" is 'Null when all are cancelled.';

create type api.payment_state as (
  status api.payment_status
);
comment on type api.payment_state is 'Whether an admission is paid.';

create type api.move_count as (
  used api.quantity,
  allowed integer
);
comment on type api.move_count is 'Moves of classes that the school did not cause.';
comment on column api.move_count.used is 'How many were asked for or made.';
comment on column api.move_count.allowed is 'How many the school''s policy allows. Null for any number.';

-- The waiting list.

create type api.seat_offer as (
  "classroomSlots" api.weekly_class[],
  "expiresAt" timestamptz
);
comment on type api.seat_offer is 'Seats that are held for who waits.';
