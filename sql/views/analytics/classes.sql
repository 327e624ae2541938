-- Marked classes keep their teacher when a substitute is recorded later: then the one whom most rows name taught.
create view analytics.classes
with (security_invoker = true)
as
select
  b.classroom_slot_id,
  b.class_date,
  b.class_date - extract(isodow from b.class_date)::integer + 1 as week,
  k.course_id,
  c.name as course,
  b.teacher_id,
  coalesce(s.teacher_id = b.teacher_id, false) as is_by_substitute,
  round(extract(epoch from b.end_time - b.start_time) / 3600, 2) as hours,
  b.students,
  b.attended,
  b.absent,
  b.unmarked
from (
  select
    b.classroom_slot_id,
    b.class_date,
    mode() within group (order by b.teacher_id) as teacher_id,
    min(b.start_time) as start_time,
    max(b.end_time) as end_time,
    count(*) as students,
    count(*) filter (where b.status in ('present', 'late')) as attended,
    count(*) filter (where b.status = 'absent') as absent,
    count(*) filter (where b.status = 'scheduled') as unmarked
  from school.attendance as b
  where b.status <> 'cancelled'
    and b.class_date <= (select school.today())
    and b.class_date + b.start_time <= (select school.local_now())
  group by b.classroom_slot_id, b.class_date
) as b
left join school.classroom_slots as k on k.id = b.classroom_slot_id
left join school.courses as c on c.id = k.course_id
left join school.class_substitutes as s
  on s.classroom_slot_id = b.classroom_slot_id
  and s.class_date = b.class_date;
comment on view analytics.classes is
  'One row per class held: a weekly class on a date that has begun, for which a student was expected. Cancelled ones '
  'are left out, and so are classes to which only leads on trial came.
Who sees what: admins and analysts all, teachers those they taught, staff those of the students of their leads, '
  'students their own; of the students of a class everybody counts those they see.';
comment on column analytics.classes.classroom_slot_id is 'The weekly class.';
comment on column analytics.classes.class_date is 'The date.';
comment on column analytics.classes.week is 'The Monday of the week of the date.';
comment on column analytics.classes.course_id is 'The course.';
comment on column analytics.classes.course is 'The name of the course.';
comment on column analytics.classes.teacher_id is 'Who taught: the teacher or the substitute, of analytics.people.';
comment on column analytics.classes.is_by_substitute is 'Whether who taught was the substitute of that date.';
comment on column analytics.classes.hours is 'How long it lasted, in hours of sixty minutes.';
comment on column analytics.classes.students is 'Students of the class on that date.';
comment on column analytics.classes.attended is 'Those of them who came, in time or late.';
comment on column analytics.classes.absent is 'Those of them who were absent.';
comment on column analytics.classes.unmarked is 'Those of them of whom nobody noted whether they came.';
grant select on analytics.classes to school_admin, school_staff, school_teacher, school_student, school_analyst;
