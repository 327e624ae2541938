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
  json_build_object('id', k.course_id, 'name', c.name) as course,
  coalesce(u.card, jsonb_build_object('id', k.teacher_id, 'name', null)) as teacher,
  k.created_at as "createdAt",
  k.updated_at as "updatedAt",
  k.version
from school.classroom_slots as k
join school.time_slot_templates as t on t.id = k.time_slot_id
left join school.courses as c on c.id = k.course_id
left join school.users as u on u.id = k.teacher_id
where k.deleted_at is null;
comment on view api.classroom_slot is 'A weekly class: time slot, course, teacher and seats.';
comment on column api.classroom_slot.course is '{id, name}';
comment on column api.classroom_slot.teacher is '{id, name}; the name is null for those who may not know the teacher.';
grant select on api.classroom_slot to school_admin, school_staff, school_teacher, school_student;
