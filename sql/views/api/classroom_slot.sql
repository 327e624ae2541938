create view api.classroom_slot
with (security_invoker = true)
as
select
  k.id,
  k.time_slot_id as "timeSlotId",
  k.course_id as "courseId",
  k.teacher_id as "teacherId",
  k.capacity,
  t.weekday,
  school.hhmm(t.start_time) as "startTime",
  school.hhmm(t.end_time) as "endTime",
  row(k.course_id, c.name)::api.course_ref as course,
  row(k.teacher_id, u.card ->> 'name')::api.person_ref as teacher,
  k.created_at as "createdAt",
  k.updated_at as "updatedAt",
  k.version
from school.classroom_slots as k
join school.time_slot_templates as t on t.id = k.time_slot_id
left join school.courses as c on c.id = k.course_id
left join school.users as u on u.id = k.teacher_id
where k.deleted_at is null;
comment on view api.classroom_slot is 'A weekly class: time slot, course, teacher and seats.';
grant select on api.classroom_slot to school_admin, school_staff, school_teacher, school_student;
