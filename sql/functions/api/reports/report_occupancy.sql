-- long: seats as they are, and places week by week, in one answer.
-- definer: seats and people are counted over all rows; a teacher's own classes are picked by the query.
create function api.report_occupancy(
  p_from date default null,
  p_to date default null,
  p_by api.report_step default 'week'
)
returns json
language plpgsql
stable
security definer
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_monday date := date_trunc('week', school.today()::timestamp);
  v_teacher_id uuid := auth.user_id_as('teacher');
  v_from date;
  v_to date;
  v_slot_ids uuid[];
begin
  if not coalesce(auth.role() in ('super_admin', 'admin', 'staff', 'teacher'), false) then
    perform school.fail('forbidden', 'Reports are for those who work here.');
  end if;
  select r.first_date, r.last_date into v_from, v_to
  from school.report_range(p_from, p_to, v_monday + 8 * 7 + 6, 17 * 7) as r;
  v_slot_ids := array(
    select k.id
    from school.classroom_slots as k
    where k.deleted_at is null
      and (v_teacher_id is null or k.teacher_id = v_teacher_id)
  );
  return json_build_object(
    'from', v_from,
    'to', v_to,
    'items', (
      select coalesce(json_agg(
        json_build_object(
          'classroomSlotId', k.id,
          'classroomSlot', json_build_object('id', k.id, 'name', school.class_name(c.name, t.weekday, t.start_time)),
          'weekday', t.weekday,
          'startTime', school.hhmm(t.start_time),
          'endTime', school.hhmm(t.end_time),
          'course', json_build_object('id', c.id, 'name', c.name),
          'teacher', json_build_object('id', u.id, 'name', u.name),
          'capacity', k.capacity,
          'occupied', n.enrolled,
          'held', n.held,
          'free', n.free,
          'rate', round(n.enrolled / k.capacity::numeric, 4),
          'nextSeatFreesOn', school.next_seat_frees_on(k.id)
        )
        order by t.weekday, t.start_time, k.id
      ), '[]')
      from school.count_free(v_slot_ids) as n
      join school.classroom_slots as k on k.id = n.classroom_slot_id
      join school.time_slot_templates as t on t.id = k.time_slot_id
      join school.courses as c on c.id = k.course_id
      join school.users as u on u.id = k.teacher_id
    ),
    'series', (
      select json_agg(
        json_build_object(
          'start', p.start,
          'places', coalesce(n.places, 0),
          'expected', coalesce(n.expected, 0),
          'rate', round(n.expected / n.places::numeric, 4)
        )
        order by p.start
      )
      from school.report_periods(v_from, v_to, p_by) as p
      left join school.occupancy(v_slot_ids, v_from, v_to, p_by) as n on n.start = p.start
    )
  );
end;
$$;
comment on function api.report_occupancy is
  'Seats of every weekly class now: taken, held, free, rate (0 to 1), and the date on which the next taken seat frees. '
  'series: places and people by week or month, as they were and, as things stand, will be.
from and to, of the series, are included, three years at most; without them eight weeks back and eight ahead.
Admins and staff are told of all classes, teachers of their own.
Answers: occupancy_report.
Refusals: invalid_request (to before from, or three years or more after it).';
grant execute on function api.report_occupancy to school_admin, school_staff, school_teacher;
