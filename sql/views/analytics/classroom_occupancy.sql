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
  school.occupied(k.id) as occupied,
  school.free(k.id) as free
from school.classroom_slots as k
join school.time_slot_templates as t on t.id = k.time_slot_id
left join school.courses as c on c.id = k.course_id
where k.deleted_at is null
  -- as on the dashboard
  and (k.teacher_id = (select auth.user_id_as('teacher')) or (select auth.user_id_as('teacher')) is null);
comment on view analytics.classroom_occupancy is
  'One row per weekly class: seats, taken and free; what is neither is held for who waits. Teachers see their own.';
grant select on analytics.classroom_occupancy to school_admin, school_staff, school_teacher, school_analyst;
