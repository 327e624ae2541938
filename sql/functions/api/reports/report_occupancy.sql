-- definer: seats are counted over all rows.
create function api.report_occupancy()
returns json
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if not auth.is_admin() then
    perform school.fail('forbidden', 'Reports are for admins.');
  end if;
  return json_build_object('items', (
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
    from school.count_free(array(
      select k.id from school.classroom_slots as k where k.deleted_at is null
    )) as n
    join school.classroom_slots as k on k.id = n.classroom_slot_id
    join school.time_slot_templates as t on t.id = k.time_slot_id
    join school.courses as c on c.id = k.course_id
    join school.users as u on u.id = k.teacher_id
  ));
end;
$$;
comment on function api.report_occupancy is
  'Seats of every weekly class: taken, held, free, rate (0 to 1), and the date on which the next taken seat frees.
Answers: occupancy_report.';
grant execute on function api.report_occupancy to school_admin;
