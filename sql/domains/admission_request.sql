-- What is asked for when a student is to be admitted; the arguments of api.create_admission as one value.
create type api.admission_request as (
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
comment on type api.admission_request is 'A wanted admission.';
