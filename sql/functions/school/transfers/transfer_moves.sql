-- The classes of an admission still to be held in one weekly class from p_from on, in order, each with its date in
-- another: [{attendanceId, fromDate, toDate, classroomSlotId, classroomSlot, startTime}]; toDate is null where three
-- years do not hold enough. [] when there is no other class, or it is not held. Dates of the other class are taken in
-- order, but for those on which it is not held, on which its room is full of people who come once, on which the student
-- has another class at that time, or on which the admission pauses. What the student has is told apart here and not by
-- school.class_dates, for the classes that move are in nobody's way. Where no seat is free it is the seat that is
-- refused, and no date.
-- long: the classes that move, what is in the way of their dates, and the two side by side.
create or replace function school.transfer_moves(
  p_admission_id uuid,
  p_from_classroom_slot_id uuid,
  p_target school.chosen_slot,
  p_from date
)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  with moving as (
    select b.id, b.class_date, row_number() over (order by b.class_date, b.start_time, b.id) as place
    from school.attendance as b
    where b.admission_id = p_admission_id
      and b.classroom_slot_id = p_from_classroom_slot_id
      and b.class_date >= p_from
      and b.status = 'scheduled'
      and (p_target).classroom_slot_id <> p_from_classroom_slot_id
      and (p_target).is_operating
  ),
  taken as (
    select b.class_date, b.start_time, b.end_time
    from school.admissions as a
    join school.attendance as b on b.student_id = a.student_id
    where a.id = p_admission_id
      and b.class_date >= p_from
      and b.status <> 'cancelled'
      and b.id not in (select m.id from moving as m)
  ),
  paused as (
    select p.start_date, p.end_date
    from school.pauses as p
    where p.admission_id = p_admission_id
      and p.end_date >= p_from
  ),
  wanted as (
    select (
      (select count(*) from moving)
      + (select count(*) from taken)
      + (select coalesce(sum((p.end_date - p.start_date) / 7 + 1), 0) from paused as p)
    )::integer as dates
  ),
  dates as (
    select d.class_date, row_number() over (order by d.class_date) as place
    from wanted as w
    cross join school.class_dates(
      array[(p_target).classroom_slot_id], p_from, w.dates, null, p_mind_rooms => (p_target).free > 0
    ) as d
    where not d.is_full
      and not exists (
        select
        from taken as t
        where t.class_date = d.class_date
          and t.start_time < d.end_time
          and d.start_time < t.end_time
      )
      and not exists (select from paused as p where d.class_date between p.start_date and p.end_date)
  )
  select coalesce(jsonb_agg(
    jsonb_build_object(
      'attendanceId', m.id,
      'fromDate', m.class_date,
      'toDate', d.class_date,
      'classroomSlotId', (p_target).classroom_slot_id,
      'classroomSlot', (select school.class_ref((p_target).classroom_slot_id)),
      'startTime', school.hhmm((p_target).start_time)
    )
    order by m.place
  ), '[]')
  from moving as m
  left join dates as d on d.place = m.place;
$$;
comment on function school.transfer_moves(uuid, uuid, school.chosen_slot, date) is
  'Which classes a transfer moves, and where.';
