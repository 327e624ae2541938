-- Values that functions of ours hand on to each other; the wire has none of them.

-- What is asked for when a student is to be admitted, and by whom: the arguments of api.create_admission
-- as one value.
create type school.admission_request as (
  actor_id uuid,
  actor_role text,
  lead_id uuid,
  student_id uuid,
  student jsonb,
  course_id uuid,
  course_plan_id uuid,
  start_date date,
  time_slot_ids uuid[],
  teacher_id uuid,
  allow_backdated boolean
);
comment on type school.admission_request is 'A wanted admission.';

-- A wanted time slot with the weekly class that it resolves to. The class, its teacher and its seats are null where
-- there is none. The seats are those of school.count_free, for the person who asks.
create type school.chosen_slot as (
  time_slot_id uuid,
  weekday integer,
  start_time time,
  end_time time,
  is_operating boolean,
  classroom_slot_id uuid,
  teacher_id uuid,
  capacity integer,
  enrolled integer,
  free integer,
  held_until timestamptz
);
comment on type school.chosen_slot is 'A wanted time slot and its class.';

-- When a weekly class is.
create type school.weekly_time as (
  classroom_slot_id uuid,
  weekday integer,
  start_time time,
  end_time time
);
comment on type school.weekly_time is 'A weekly class and its time.';

-- A date of a plan. is_full: it is passed over, for people who come once fill the room.
create type school.class_date as (
  class_date date,
  classroom_slot_id uuid,
  start_time time,
  end_time time,
  teacher_id uuid,
  is_full boolean
);
comment on type school.class_date is 'A date of a plan.';

-- A person who is not a user yet, as the table will hold them.
create type school.person_details as (
  name text,
  email text,
  phone text
);
comment on type school.person_details is 'A person to be.';

-- What a wanted admission comes to. student: who is to be made a user, null when one is. classes: by id, those that can
-- be taken as far as the timetable goes. conflicts: [{code, message, …}] as the wire shows them, [] when there are
-- none.
create type school.admission_judgement as (
  student school.person_details,
  slots school.chosen_slot[],
  dates school.class_date[],
  conflicts jsonb
);
comment on type school.admission_judgement is 'What a wanted admission resolves to, and what stands against it.';

-- An event that is not written yet. day: the business day it belongs to, today when null.
create type school.news as (
  type text,
  entity_type text,
  entity_id uuid,
  day date,
  payload jsonb
);
comment on type school.news is 'Something to tell of.';
