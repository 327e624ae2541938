create view api.classroom_slot
with (security_invoker = true)
as
select
  t.id,
  t.time_slot_id as "timeSlotId",
  t.course_id as "courseId",
  t.teacher_id as "teacherId",
  t.capacity,
  s.weekday,
  school.hhmm(s.start_time) as "startTime",
  school.hhmm(s.end_time) as "endTime",
  json_build_object('id', t.course_id, 'name', c.name) as course,
  coalesce(u.card, jsonb_build_object('id', t.teacher_id, 'name', null)) as teacher,
  t.created_at as "createdAt",
  t.updated_at as "updatedAt",
  t.version
from school.classroom_slots as t
join school.time_slot_templates as s on s.id = t.time_slot_id
left join school.courses as c on c.id = t.course_id
left join school.users as u on u.id = t.teacher_id
where t.deleted_at is null;
comment on view api.classroom_slot is 'A weekly class: time slot, course, teacher and seats.';
comment on column api.classroom_slot.course is '{id, name}';
comment on column api.classroom_slot.teacher is '{id, name}; the name is null for those who may not know the teacher.';
grant select on api.classroom_slot to school_admin, school_staff, school_teacher, school_student;
