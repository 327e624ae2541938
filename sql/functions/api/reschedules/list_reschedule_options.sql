-- definer: seats are counted over all rows; who may ask is stated.
create function api.list_reschedule_options(p_attendance_id uuid)
returns json
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if not school.may_ask_to_move(p_attendance_id) then
    perform school.fail_not_found('class');
  end if;
  return json_build_object('items', (
    select coalesce(json_agg(
      json_build_object(
        'date', o.class_date,
        'classroomSlotId', o.id,
        'classroomSlot', json_build_object('id', o.id, 'name', o.name),
        'startTime', school.hhmm(o.start_time),
        'endTime', school.hhmm(o.end_time),
        'free', o.capacity - greatest(
          (
            select count(*)
            from school.classroom_enrollments as e
            where e.classroom_slot_id = o.id
              and e.status = 'active'
              and e.student_id <> o.student_id
          ),
          school.count_expected(o.id, o.class_date)
        )
      )
      order by o.class_date, o.start_time, o.id
    ), '[]')
    from (
      select
        k.id,
        school.class_name(c.name, t.weekday, t.start_time) as name,
        k.capacity,
        t.start_time,
        t.end_time,
        d::date as class_date,
        b.student_id
      from school.attendance as b
      join school.classroom_slots as sk on sk.id = b.classroom_slot_id
      join school.classroom_slots as k
        on k.course_id = sk.course_id
        and k.teacher_id = sk.teacher_id
        and k.deleted_at is null
      join school.courses as c on c.id = k.course_id
      join school.time_slot_templates as t on t.id = k.time_slot_id
      cross join generate_series(school.today(), school.today() + 60, '1 day') as d
      where b.id = p_attendance_id
        and t.weekday = extract(isodow from d)
    ) as o
    where school.reschedule_conflicts(p_attendance_id, o.id, o.class_date) = '[]'
  ));
end;
$$;
comment on function api.list_reschedule_options is
  'Every date and class within 60 days to which this class could be moved now, as the school''s policy has it.
Answers: reschedule_options.
Refusals: not_found.';
grant execute on function api.list_reschedule_options to school_admin, school_staff, school_student;
