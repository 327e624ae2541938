"""The rows of an admission without its rules: what writing them costs by itself."""

from typing import Any, LiteralString

import psycopg

from api.database.pipeline import Statement

MAKE: LiteralString = """
create schema bench;
create function bench.bare_admission(p_n integer)
returns uuid
language plpgsql
security definer
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  v_actor_id uuid := md5('ada 1')::uuid;
  v_course_id uuid := md5('course ' || 1 + p_n % 10)::uuid;
  v_slot_ids uuid[];
  v_student_id uuid;
  v_admission_id uuid;
begin
  v_slot_ids := array(
    select distinct on (k.time_slot_id) k.id
    from school.classroom_slots as k
    where k.course_id = v_course_id and k.time_slot_id in (
      md5('time slot ' || 1 + p_n % 10 + 10 * (p_n % 6))::uuid,
      md5('time slot ' || 1 + p_n % 10 + 10 * ((p_n + 2) % 6))::uuid
    )
    order by k.time_slot_id, k.id
  );
  insert into school.users (name, role) values ('Bare ' || p_n, 'student')
  returning id into v_student_id;
  insert into school.admissions (
    student_id, course_id, course_plan_id, start_date, total_classes, price, created_by,
    teacher_ids
  )
  select v_student_id, v_course_id, md5('plan ' || 1 + p_n % 10)::uuid, '2027-03-08', 48, 480,
    v_actor_id,
    jsonb_agg(distinct k.teacher_id order by k.teacher_id)
  from school.classroom_slots as k
  where k.id = any (v_slot_ids)
  returning id into v_admission_id;
  insert into school.admission_slots (admission_id, time_slot_id, classroom_slot_id)
  select v_admission_id, k.time_slot_id, k.id
  from school.classroom_slots as k
  where k.id = any (v_slot_ids);
  insert into school.classroom_enrollments (student_id, classroom_slot_id, admission_id)
  select v_student_id, i, v_admission_id from unnest(v_slot_ids) as i;
  insert into school.admission_payments (admission_id, updated_by)
  values (v_admission_id, v_actor_id);
  insert into school.attendance (
    admission_id, student_id, classroom_slot_id, teacher_id, class_date, start_time, end_time
  )
  select v_admission_id, v_student_id, k.id, k.teacher_id,
    date '2027-03-08' + (t.weekday + 6) % 7 + 7 * w, t.start_time, t.end_time
  from generate_series(0, 23) as w
  cross join school.classroom_slots as k
  join school.time_slot_templates as t on t.id = k.time_slot_id
  where k.id = any (v_slot_ids);
  insert into school.notification_events (
    type, entity_type, entity_id, actor_user_id, payload, day
  )
  select 'admission.created', 'admission', v_admission_id, v_actor_id, jsonb_build_object(
    'studentName', 'Bare ' || p_n,
    'courseName', 'Course',
    'recipients',
    jsonb_agg(k.teacher_id) || to_jsonb(array[md5('root 1')::uuid, v_student_id])
  ), '2027-03-01'
  from school.classroom_slots as k
  where k.id = any (v_slot_ids);
  return v_admission_id;
end;
$$;
grant usage on schema bench to public;
"""

ADMISSION = Statement(b"select bench.bare_admission(:n::integer)")


def prepare(owner: psycopg.Connection[Any]) -> None:
    """Make the function in a copy of a school. Triggers tell, and keep the keys, as ever."""
    owner.execute(MAKE)
