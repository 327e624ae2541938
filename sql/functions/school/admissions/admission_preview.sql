-- What one confirms: the classes that the times resolve to, the dates, the price, and all that stands against it.
create or replace function school.admission_preview(
  p_request school.admission_request,
  p_judgement school.admission_judgement
)
returns json
language sql
stable
security invoker
set search_path = ''
as $$
  with dates as (
    select * from unnest((p_judgement).dates) as d where not d.is_full
  )
  select json_build_object(
    'ok', (p_judgement).conflicts = '[]',
    'classDates', (
      select coalesce(json_agg(
        json_build_object(
          'date', d.class_date,
          'weekday', extract(isodow from d.class_date)::integer,
          'classroomSlotId', d.classroom_slot_id,
          'classroomSlot', json_build_object(
            'id', d.classroom_slot_id,
            'name', school.class_name(c.name, extract(isodow from d.class_date)::integer, d.start_time)
          ),
          'startTime', school.hhmm(d.start_time),
          'endTime', school.hhmm(d.end_time),
          'teacher', u.card
        )
        order by d.class_date, d.start_time, d.classroom_slot_id
      ), '[]')
      from dates as d
      join school.users as u on u.id = d.teacher_id
      join school.courses as c on c.id = (p_request).course_id
    ),
    'firstDate', (select min(d.class_date) from dates as d),
    'lastDate', (select max(d.class_date) from dates as d),
    'price', (select p.price from school.course_plans as p where p.id = (p_request).course_plan_id),
    'slots', (
      select coalesce(json_agg(
        json_build_object(
          'timeSlotId', c.time_slot_id,
          'classroomSlotId', c.classroom_slot_id,
          'classroomSlot', school.class_ref(c.classroom_slot_id),
          'weekday', c.weekday,
          'startTime', school.hhmm(c.start_time),
          'endTime', school.hhmm(c.end_time),
          'teacher', u.card
        )
        order by c.weekday, c.start_time, c.time_slot_id
      ), '[]')
      from unnest((p_judgement).slots) as c
      join school.users as u on u.id = c.teacher_id
    ),
    'conflicts', (p_judgement).conflicts,
    'warnings', school.admission_warnings(p_request, p_judgement)
  );
$$;
comment on function school.admission_preview(school.admission_request, school.admission_judgement) is
  'A judgement as the wire shows it.';
