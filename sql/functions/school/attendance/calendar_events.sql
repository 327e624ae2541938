-- Times are local to the school. sequence grows with every change of an event, also when a student is moved away to
-- whom the class belonged, or who had come to it for once. An announced absence is told in the student's title, and to
-- the teacher beside the name, as a trial is.
-- long: two kinds of events, and what a teacher's counts.
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
    case when b.absence_announced_at is null then c.name else c.name || ' (absence announced)' end,
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
    v.classroom_slot_id || '-' || v.class_date,
    sum(v.version) - 1 + (
      select coalesce(sum(xb.version), 0)
      from school.attendance as xb
      where (xb.classroom_slot_id, xb.class_date) <> (v.classroom_slot_id, v.class_date)
        and xb.id in (
          select ob.id
          from school.attendance as ob
          where ob.original_classroom_slot_id = v.classroom_slot_id
            and ob.original_class_date = v.class_date
          union
          select r.original_attendance_id
          from school.reschedule_requests as r
          where r.classroom_slot_id = v.classroom_slot_id
            and r.class_date = v.class_date
            and r.status = 'approved'
        )
    ),
    v.class_date + v.start_time,
    v.class_date + v.end_time,
    c.name,
    string_agg(v.name, ', ' order by v.name) filter (where v.status <> 'cancelled'),
    bool_and(v.status = 'cancelled'),
    max(v.updated_at)
  from (
    select
      b.classroom_slot_id,
      b.class_date,
      b.start_time,
      b.end_time,
      a.course_id,
      case when b.absence_announced_at is null then u.name else u.name || ' (absence announced)' end as name,
      b.status,
      b.version,
      b.updated_at
    from school.attendance as b
    join school.admissions as a on a.id = b.admission_id
    join school.users as u on u.id = b.student_id
    where b.teacher_id = p_user_id
      and b.class_date >= (select school.today()) - 90
    union all
    select
      x.classroom_slot_id,
      x.class_date,
      x.start_time,
      x.end_time,
      x.course_id,
      l.name || ' (trial)',
      x.status,
      x.version,
      x.updated_at
    from school.trials as x
    join school.leads as l on l.id = x.lead_id
    where x.teacher_id = p_user_id
      and x.class_date >= (select school.today()) - 90
  ) as v
  join school.courses as c on c.id = v.course_id
  where p_role = 'teacher'
  group by v.classroom_slot_id, v.class_date, v.start_time, v.end_time, c.name;
$$;
comment on function school.calendar_events(uuid, text) is 'The classes of a student or teacher as calendar events.';
