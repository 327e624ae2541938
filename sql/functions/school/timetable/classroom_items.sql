-- The lines of the classroom dashboard, over all rows: one for each weekly class, or with dates (both included) one for
-- each class and date on which it is held. Students are then everybody of the date, else those who sit there every
-- week.
-- long: one look at all that a line tells.
create or replace function school.classroom_items(
  p_classroom_slot_ids uuid[],
  p_from date,
  p_until date,
  p_with_students boolean,
  p_with_marks boolean
)
returns table (classroom_slot_id uuid, class_date date, item json)
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
begin
  return query
  with dates as materialized (
    select d::date as class_date, extract(isodow from d)::integer as weekday, school.is_closed(d::date) as is_closed
    from generate_series(p_from, p_until, '1 day') as d
    union all
    select null, null, null
    where p_from is null
  )
  select k.id, y.class_date, json_strip_nulls(json_build_object(
    'classroomSlotId', k.id,
    'classroomSlot', json_build_object('id', k.id, 'name', school.class_name(c.name, t.weekday, t.start_time)),
    'timeSlotId', t.id,
    'weekday', t.weekday,
    'startTime', school.hhmm(t.start_time),
    'endTime', school.hhmm(t.end_time),
    'course', json_build_object('id', c.id, 'name', c.name),
    'teacher', json_build_object('id', u.id, 'name', u.name),
    'capacity', k.capacity,
    'occupied', n.enrolled,
    'held', n.held,
    'free', n.free,
    'waiting', coalesce(w.waiting, 0),
    'students', case
      when p_with_students and y.class_date is not null then coalesce(r.students, '[]')
      -- Looked up class by class: for all at once the planner would read every user there is.
      when p_with_students then (
        select coalesce(json_agg(
          json_build_object('id', su.id, 'name', su.name, 'admissionId', e.admission_id) order by su.name, su.id
        ), '[]')
        from school.classroom_enrollments as e
        join school.users as su on su.id = e.student_id
        where e.classroom_slot_id = k.id
          and e.status = 'active'
      )
    end,
    'date', y.class_date,
    'expected', case when y.class_date is not null then coalesce(d.expected, 0) end,
    'freeOnDate', case when y.class_date is not null then greatest(0, k.capacity - coalesce(d.expected, 0)) end,
    'isClosed', y.is_closed,
    'marks', case
      when p_with_marks then coalesce(r.marks, '{"present": 0, "late": 0, "absent": 0, "unmarked": 0}')
    end,
    'substitute', (
      select json_build_object('id', tu.id, 'name', tu.name)
      from school.class_substitutes as s
      join school.users as tu on tu.id = s.teacher_id
      where s.classroom_slot_id = k.id
        and s.class_date = y.class_date
    )
  ))
  from school.count_free(p_classroom_slot_ids) as n
  join school.classroom_slots as k on k.id = n.classroom_slot_id
  join school.time_slot_templates as t on t.id = k.time_slot_id
  join school.courses as c on c.id = k.course_id
  join school.users as u on u.id = k.teacher_id
  join dates as y on y.weekday is null or y.weekday = t.weekday
  left join school.count_waiting(p_classroom_slot_ids) as w on w.classroom_slot_id = k.id
  left join school.expected_by_date(p_classroom_slot_ids, p_from, p_until) as d
    on d.classroom_slot_id = k.id
    and d.class_date = y.class_date
  left join school.register(
    case when p_with_students or p_with_marks then p_classroom_slot_ids end, p_from, p_until
  ) as r
    on r.classroom_slot_id = k.id
    and r.class_date = y.class_date;
end;
$$;
comment on function school.classroom_items(uuid[], date, date, boolean, boolean) is
  'Weekly classes on the dashboard, with dates as each of those days sees them.';
