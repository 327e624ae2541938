-- What stands against moving a class of a student to a date and class, as a JSON array in order: state, rules, seats.
-- Seats: active enrollments of the target, not counting the mover's own, and people expected there on that date; both
-- must leave one free. Exact only under the locks of school.lock_reschedule. p_request_id: the request that is decided,
-- null when one is asked for. p_is_exempt: the school's policy of moves is not asked.
-- long: a list, each rule a few lines of its own, over one look at the move.
create or replace function school.reschedule_conflicts(
  p_attendance_id uuid,
  p_classroom_slot_id uuid,
  p_class_date date,
  p_request_id uuid default null,
  p_is_exempt boolean default false
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
begin
  return (
    with move as (
      select
        b.id,
        b.student_id,
        b.status,
        b.class_date,
        b.start_time,
        b.classroom_slot_id,
        a.status as admission_status,
        sk.course_id as source_course_id,
        sk.teacher_id as source_teacher_id,
        tk.id as target_id,
        tk.course_id as target_course_id,
        tk.teacher_id as target_teacher_id,
        tk.capacity,
        tk.deleted_at,
        t.id as time_slot_id,
        t.weekday,
        t.is_active,
        t.start_time as target_start,
        t.end_time as target_end,
        (
          select count(*)
          from school.classroom_enrollments as e
          where e.classroom_slot_id = tk.id
            and e.status = 'active'
            and e.student_id <> b.student_id
        ) as others_enrolled,
        school.count_expected(tk.id, p_class_date) as expected
      from school.attendance as b
      join school.admissions as a on a.id = b.admission_id
      join school.classroom_slots as sk on sk.id = b.classroom_slot_id
      join school.classroom_slots as tk on tk.id = p_classroom_slot_id
      join school.time_slot_templates as t on t.id = tk.time_slot_id
      where b.id = p_attendance_id
    ),
    conflicts (rank, code, message) as (
      select 1, 'invalid_state', format('The admission is %s.', m.admission_status)
      from move as m
      where m.admission_status <> 'active'
      union all
      select 2, 'invalid_state', format('The class is %s.', m.status)
      from move as m
      where m.status <> 'scheduled'
      union all
      select 3, 'class_not_in_future', 'The class to be moved has begun.'
      from move as m
      where school.has_begun(m.class_date, m.start_time)
      union all
      select 4, 'class_not_in_future', 'The wanted class has begun.'
      from move as m
      where school.has_begun(p_class_date, m.target_start)
      union all
      select 5, 'no_change', 'The class is there already.'
      from move as m
      where m.classroom_slot_id = m.target_id
        and m.class_date = p_class_date
      union all
      select 6, 'course_or_teacher_mismatch', 'The wanted class has another course or teacher.'
      from move as m
      where m.source_course_id <> m.target_course_id
        or m.source_teacher_id <> m.target_teacher_id
        or m.deleted_at is not null
      union all
      select 7, 'weekday_mismatch', format('The wanted class is held on %ss.', school.weekday_name(m.weekday))
      from move as m
      where m.weekday <> extract(isodow from p_class_date)
      union all
      select 8, 'school_closed', 'The school is closed on that date.'
      from move as m
      where school.is_closed(p_class_date)
      union all
      select 9, 'slot_not_operating', 'The time of the wanted class is not active.'
      from move as m
      where not m.is_active
      union all
      select 10, p.code, p.message
      from school.move_policy_conflicts(p_attendance_id, p_class_date, p_request_id) as p
      where not p_is_exempt
      union all
      select 11, 'student_conflict', format(
        'The student has %s from %s to %s on that date.', c.name, school.hhmm(xb.start_time), school.hhmm(xb.end_time)
      )
      from move as m
      join school.attendance as xb on xb.student_id = m.student_id
      join school.admissions as xa on xa.id = xb.admission_id
      join school.courses as c on c.id = xa.course_id
      where xb.class_date = p_class_date
        and xb.id <> m.id
        and xb.status <> 'cancelled'
        and xb.start_time < m.target_end
        and m.target_start < xb.end_time
      union all
      select 12, 'slot_full', format(
        'The wanted class is full: %s of %s places are taken.', greatest(m.others_enrolled, m.expected), m.capacity
      )
      from move as m
      where greatest(m.others_enrolled, m.expected) >= m.capacity
        and (m.classroom_slot_id, m.class_date) <> (m.target_id, p_class_date)
    )
    select coalesce(jsonb_agg(
      jsonb_build_object(
        'code', c.code,
        'message', c.message,
        'timeSlotId', m.time_slot_id,
        'classroomSlotId', m.target_id,
        'classroomSlot', school.class_ref(m.target_id)
      )
        || case
          when c.code = 'slot_full' then jsonb_build_object(
            'capacity', m.capacity, 'occupied', greatest(m.others_enrolled, m.expected)
          )
          else '{}'
        end
      order by c.rank, c.code
    ), '[]')
    from conflicts as c
    cross join move as m
  );
end;
$$;
comment on function school.reschedule_conflicts(uuid, uuid, date, uuid, boolean) is
  'What stands against moving a class of a student.';
