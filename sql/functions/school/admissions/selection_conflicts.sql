-- What stands against the plan, the date, the teacher and the times as such, whoever sits in them.
-- long: a list, each rule a few lines of its own.
create or replace function school.selection_conflicts(p_request school.admission_request, p_choice school.chosen_slot[])
returns table (weekday integer, start_time time, conflict jsonb)
language sql
stable
security invoker
set search_path = ''
as $$
  with choice as (
    select * from unnest(p_choice)
  ),
  today as (
    select school.today() as date
  )
  select null::integer, null::time, jsonb_build_object(
    'code', 'plan_not_for_course',
    'message', 'The plan belongs to another course.'
  )
  from school.course_plans as p
  where p.id = (p_request).course_plan_id
    and p.course_id <> (p_request).course_id
  union all
  select null, null, jsonb_build_object(
    'code', 'slot_count_mismatch',
    'message', format('The plan has %s classes a week, %s time slots are chosen.', p.classes_per_week, n.chosen)
  )
  from school.course_plans as p
  cross join lateral (select coalesce(cardinality((p_request).time_slot_ids), 0) as chosen) as n
  where p.id = (p_request).course_plan_id
    and p.classes_per_week <> n.chosen
  union all
  select null, null, jsonb_build_object(
    'code', 'start_date_out_of_range',
    'message', format(
      'The start date lies between %s and %s.',
      case when (p_request).allow_backdated then t.date - 60 else t.date end,
      t.date + 365
    )
  )
  from today as t
  where (p_request).start_date > t.date + 365
    or (p_request).start_date < case when (p_request).allow_backdated then t.date - 60 else t.date end
  union all
  select null, null, jsonb_build_object('code', 'not_a_teacher', 'message', 'teacherId is not an active teacher.')
  from school.users as u
  where u.id = (p_request).teacher_id
    and (u.role <> 'teacher' or u.status <> 'active')
  union all
  select null, null, jsonb_build_object(
    'code', 'teacher_not_for_course', 'message', 'The teacher does not teach this course.'
  )
  from school.users as u
  where u.id = (p_request).teacher_id
    and u.role = 'teacher'
    and not exists (
      select
      from school.course_teachers as ct
      where ct.teacher_id = u.id
        and ct.course_id = (p_request).course_id
    )
  union all
  select c.weekday, c.start_time, school.slot_conflict('duplicate_slot', c.time_slot_id, 'is chosen twice')
  from choice as c
  join (
    select s.id
    from unnest((p_request).time_slot_ids) as s (id)
    group by s.id
    having count(*) > 1
  ) as d on d.id = c.time_slot_id
  union all
  select c.weekday, c.start_time, school.slot_conflict(
    'slot_not_operating', c.time_slot_id, 'is not held: the day is closed or the time slot is not active'
  )
  from choice as c
  where not c.is_operating
  union all
  select b.weekday, b.start_time, school.slot_conflict(
    'overlapping_slots', b.time_slot_id, 'overlaps another chosen time slot'
  )
    || jsonb_build_object('overlapsTimeSlotId', a.time_slot_id)
  from choice as a
  join choice as b
    on b.weekday = a.weekday
    and a.start_time < b.end_time
    and b.start_time < a.end_time
    and (a.start_time, a.time_slot_id) < (b.start_time, b.time_slot_id)
  union all
  select c.weekday, c.start_time, school.slot_conflict('no_classroom', c.time_slot_id, 'has no class of this course'
    || case when (p_request).teacher_id is null then '' else ' with this teacher' end)
  from choice as c
  where c.is_operating
    and c.classroom_slot_id is null;
$$;
comment on function school.selection_conflicts(school.admission_request, school.chosen_slot[]) is
  'What stands against the plan, date, teacher and times of a wanted admission.';
