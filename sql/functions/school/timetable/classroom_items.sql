-- The lines of the classroom dashboard, over all rows.
create or replace function school.classroom_items(p_classroom_slot_ids uuid[], p_date date, p_with_students boolean)
returns table (classroom_slot_id uuid, item json)
language sql
stable
security invoker
set search_path = ''
as $$
  select k.id, json_strip_nulls(json_build_object(
    'classroomSlotId', k.id,
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
    'students', case when p_with_students then (
      select coalesce(json_agg(
        json_build_object('id', su.id, 'name', su.name, 'admissionId', e.admission_id) order by su.name, su.id
      ), '[]')
      from school.classroom_enrollments as e
      join school.users as su on su.id = e.student_id
      where e.classroom_slot_id = k.id
        and e.status = 'active'
    ) end,
    'date', p_date,
    'expected', case when p_date is not null then coalesce(d.expected, 0) end,
    'freeOnDate', case when p_date is not null then greatest(0, k.capacity - coalesce(d.expected, 0)) end,
    'isClosed', case when p_date is not null then (select school.is_closed(p_date)) end,
    'substitute', (
      select json_build_object('id', tu.id, 'name', tu.name)
      from school.class_substitutes as s
      join school.users as tu on tu.id = s.teacher_id
      where s.classroom_slot_id = k.id
        and s.class_date = p_date
    )
  ))
  from school.count_free(p_classroom_slot_ids) as n
  join school.classroom_slots as k on k.id = n.classroom_slot_id
  join school.time_slot_templates as t on t.id = k.time_slot_id
  join school.courses as c on c.id = k.course_id
  join school.users as u on u.id = k.teacher_id
  left join school.count_waiting(p_classroom_slot_ids) as w on w.classroom_slot_id = k.id
  left join school.expected_by_date(p_classroom_slot_ids, p_date, p_date) as d on d.classroom_slot_id = k.id;
$$;
comment on function school.classroom_items(uuid[], date, boolean) is
  'Weekly classes on the dashboard, with a date also as that day sees them.';
