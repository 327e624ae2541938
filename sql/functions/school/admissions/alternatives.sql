-- Up to five classes of the same course with seats free that could take the place of the full one: they overlap none
-- of the other chosen times, and the student is free. Nearest in the week first, the week being a circle; another
-- teacher's class at the very time is the nearest.
-- long: one statement: which classes could do, the five nearest of them, and how they are shown.
create or replace function school.alternatives(p_request school.admission_request, p_weekday integer, p_start_time time)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
begin
  return (
    with candidates as (
      select
        k.id,
        t.id as time_slot_id,
        t.weekday,
        t.start_time,
        t.end_time,
        u.id as teacher_id,
        u.name as teacher_name,
        n.free,
        abs(
          (t.weekday - p_weekday) * 1440 + extract(epoch from t.start_time - p_start_time)::integer / 60
        ) as minutes_away
      from school.classroom_slots as k
      join school.time_slot_templates as t on t.id = k.time_slot_id
      join school.operating_days as o on o.weekday = t.weekday
      join school.users as u on u.id = k.teacher_id
      join school.count_free(
        array(
          select ok.id
          from school.classroom_slots as ok
          where ok.course_id = (p_request).course_id
            and ok.deleted_at is null
        ),
        (p_request).lead_id,
        (p_request).student_id
      ) as n on n.classroom_slot_id = k.id
      where k.course_id = (p_request).course_id
        and k.deleted_at is null
        and t.deleted_at is null
        and t.is_active
        and o.is_open
        and not exists (
          select
          from school.time_slot_templates as wt
          where wt.id = any ((p_request).time_slot_ids)
            and (wt.weekday, wt.start_time) is distinct from (p_weekday, p_start_time)
            and wt.weekday = t.weekday
            and wt.start_time < t.end_time
            and t.start_time < wt.end_time
        )
        and not exists (
          select
          from school.classroom_enrollments as e
          join school.classroom_slots as ek on ek.id = e.classroom_slot_id
          join school.time_slot_templates as et on et.id = ek.time_slot_id
          where e.student_id = (p_request).student_id
            and e.status = 'active'
            and et.weekday = t.weekday
            and et.start_time < t.end_time
            and t.start_time < et.end_time
        )
    )
    select coalesce(jsonb_agg(
      jsonb_build_object(
        'timeSlotId', n.time_slot_id,
        'classroomSlotId', n.id,
        'classroomSlot', school.class_ref(n.id),
        'weekday', n.weekday,
        'startTime', school.hhmm(n.start_time),
        'endTime', school.hhmm(n.end_time),
        'teacher', jsonb_build_object('id', n.teacher_id, 'name', n.teacher_name),
        'free', n.free
      )
      order by n.distance, n.weekday, n.start_time, n.id
    ), '[]')
    from (
      select *, least(c.minutes_away, 7 * 1440 - c.minutes_away) as distance
      from candidates as c
      where c.free > 0
      order by distance, c.weekday, c.start_time, c.id
      limit 5
    ) as n
  );
end;
$$;
comment on function school.alternatives(school.admission_request, integer, time) is
  'Classes of the same course with free seats, nearest in the week first.';
