create view analytics.occupancy_by_week
with (security_invoker = true)
as
select
  k.id as classroom_slot_id,
  n.week,
  n.class_date,
  k.course_id,
  c.name as course,
  k.teacher_id,
  k.capacity,
  n.expected,
  not o.is_open or exists (
    select from school.school_closures as sc where n.class_date between sc.start_date and sc.end_date
  ) as closed
from school.classroom_slots as k
join school.time_slot_templates as t on t.id = k.time_slot_id
join school.operating_days as o on o.weekday = t.weekday
left join school.courses as c on c.id = k.course_id
cross join lateral school.expected_by_week(k.id, t.weekday) as n
where k.deleted_at is null
  -- as on the dashboard
  and (k.teacher_id = (select auth.user_id_as('teacher')) or (select auth.user_id_as('teacher')) is null);
comment on view analytics.occupancy_by_week is
  'One row per weekly class that there is now and week, eight weeks back, this one, and eight weeks ahead: who was, '
  'and who is expected on its date.
Who sees what: as analytics.classroom_occupancy.';
comment on column analytics.occupancy_by_week.classroom_slot_id is 'The weekly class.';
comment on column analytics.occupancy_by_week.week is 'The Monday of the week.';
comment on column analytics.occupancy_by_week.class_date is 'The date of the class in that week.';
comment on column analytics.occupancy_by_week.course_id is 'The course.';
comment on column analytics.occupancy_by_week.course is 'The name of the course.';
comment on column analytics.occupancy_by_week.teacher_id is 'Its teacher, of analytics.people.';
comment on column analytics.occupancy_by_week.capacity is 'Its seats, as they are now.';
comment on column analytics.occupancy_by_week.expected is
  'People expected, or seen, on that date: those who sit there, were moved there or come on trial; without cancelled '
  'classes and announced absences.';
comment on column analytics.occupancy_by_week.closed is 'Whether the school holds no classes on that date.';
grant select on analytics.occupancy_by_week
  to school_admin, school_staff, school_teacher, school_student, school_analyst;
