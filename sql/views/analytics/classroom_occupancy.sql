create view analytics.classroom_occupancy
with (security_invoker = true)
as
select
  k.id as classroom_slot_id,
  k.course_id,
  c.name as course,
  k.teacher_id,
  t.weekday,
  t.start_time,
  t.end_time,
  k.capacity,
  n.occupied,
  n.held,
  n.free
from school.classroom_slots as k
join school.time_slot_templates as t on t.id = k.time_slot_id
left join school.courses as c on c.id = k.course_id
cross join lateral school.seats_of_class(k.id) as n
where k.deleted_at is null
  -- as on the dashboard
  and (k.teacher_id = (select auth.user_id_as('teacher')) or (select auth.user_id_as('teacher')) is null);
comment on view analytics.classroom_occupancy is
  'One row per weekly class: its seats, and how many are taken, held and free now.
Who sees what: as on the dashboard, admins, staff and analysts all, teachers their own, students none. Seats are '
  'counted for everybody, whoever sits there.';
comment on column analytics.classroom_occupancy.classroom_slot_id is 'The weekly class.';
comment on column analytics.classroom_occupancy.course_id is 'The course.';
comment on column analytics.classroom_occupancy.course is 'The name of the course.';
comment on column analytics.classroom_occupancy.teacher_id is 'Its teacher, of analytics.people.';
comment on column analytics.classroom_occupancy.weekday is 'From 1, Monday, to 7, Sunday.';
comment on column analytics.classroom_occupancy.start_time is 'When it begins, by the clock of the school.';
comment on column analytics.classroom_occupancy.end_time is 'When it ends, by the clock of the school.';
comment on column analytics.classroom_occupancy.capacity is 'Its seats.';
comment on column analytics.classroom_occupancy.occupied is 'Seats taken.';
comment on column analytics.classroom_occupancy.held is
  'Seats held for people of the waiting list who were offered them.';
comment on column analytics.classroom_occupancy.free is 'Seats neither taken nor held.';
grant select on analytics.classroom_occupancy
  to school_admin, school_staff, school_teacher, school_student, school_analyst;
