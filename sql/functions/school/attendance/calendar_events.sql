-- Times are local to the school. sequence grows with every change of an event, also when a student is moved away to
-- whom the class belonged, or who had come to it for once.
create or replace function school.calendar_events(p_user_id uuid, p_role text)
returns table (
  uid text,
  sequence bigint,
  "startsAt" timestamp,
  "endsAt" timestamp,
  summary text,
  description text,
  cancelled boolean,
  "changedAt" timestamptz
)
language sql
stable
security invoker
set search_path = ''
as $$
  select
    b.id::text,
    b.version - 1,
    b.class_date + b.start_time,
    b.class_date + b.end_time,
    c.name,
    'With ' || u.name,
    b.status = 'cancelled',
    b.updated_at
  from school.attendance as b
  join school.admissions as a on a.id = b.admission_id
  join school.courses as c on c.id = a.course_id
  join school.users as u on u.id = b.teacher_id
  where p_role = 'student'
    and b.student_id = p_user_id
    and b.class_date >= (select school.today()) - 90
  union all
  select
    b.classroom_slot_id || '-' || b.class_date,
    sum(b.version) - 1 + (
      select coalesce(sum(xb.version), 0)
      from school.attendance as xb
      where (xb.classroom_slot_id, xb.class_date) <> (b.classroom_slot_id, b.class_date)
        and xb.id in (
          select ob.id
          from school.attendance as ob
          where ob.original_classroom_slot_id = b.classroom_slot_id
            and ob.original_class_date = b.class_date
          union
          select r.original_attendance_id
          from school.reschedule_requests as r
          where r.classroom_slot_id = b.classroom_slot_id
            and r.class_date = b.class_date
            and r.status = 'approved'
        )
    ),
    b.class_date + b.start_time,
    b.class_date + b.end_time,
    c.name,
    string_agg(u.name, ', ' order by u.name) filter (where b.status <> 'cancelled'),
    bool_and(b.status = 'cancelled'),
    max(b.updated_at)
  from school.attendance as b
  join school.admissions as a on a.id = b.admission_id
  join school.courses as c on c.id = a.course_id
  join school.users as u on u.id = b.student_id
  where p_role = 'teacher'
    and b.teacher_id = p_user_id
    and b.class_date >= (select school.today()) - 90
  group by b.classroom_slot_id, b.class_date, b.start_time, b.end_time, c.name;
$$;
comment on function school.calendar_events(uuid, text) is 'The classes of a student or teacher as calendar events.';
