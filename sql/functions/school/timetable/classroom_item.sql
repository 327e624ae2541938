-- One line of the classroom dashboard, over all rows.
create or replace function school.classroom_item(p_classroom_slot_id uuid, p_date date, p_with_students boolean)
returns json
language sql
stable
security invoker
set search_path = ''
as $$
  select json_strip_nulls(json_build_object(
    'classroomSlotId', k.id,
    'timeSlotId', t.id,
    'weekday', t.weekday,
    'startTime', school.hhmm(t.start_time),
    'endTime', school.hhmm(t.end_time),
    'course', json_build_object('id', c.id, 'name', c.name),
    'teacher', json_build_object('id', u.id, 'name', u.name),
    'capacity', k.capacity,
    'occupied', n.occupied,
    'free', greatest(0, k.capacity - n.occupied),
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
    'expected', case when p_date is not null then school.count_expected(k.id, p_date) end,
    'isClosed', case when p_date is not null then school.is_closed(p_date) end,
    'substitute', (
      select json_build_object('id', tu.id, 'name', tu.name)
      from school.class_substitutes as s
      join school.users as tu on tu.id = s.teacher_id
      where s.classroom_slot_id = k.id
        and s.class_date = p_date
    )
  ))
  from school.classroom_slots as k
  join school.time_slot_templates as t on t.id = k.time_slot_id
  join school.courses as c on c.id = k.course_id
  join school.users as u on u.id = k.teacher_id
  cross join lateral (select school.count_enrolled(k.id) as occupied) as n
  where k.id = p_classroom_slot_id;
$$;
comment on function school.classroom_item(uuid, date, boolean) is
  'A weekly class on the dashboard, with a date also as that day sees it.';
