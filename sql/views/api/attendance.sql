create view api.attendance
with (security_invoker = true)
as
select
  b.id,
  b.admission_id as "admissionId",
  row(b.student_id, u.card ->> 'name')::api.person_ref as student,
  b.classroom_slot_id as "classroomSlotId",
  row(b.classroom_slot_id, school.class_name(c.name, t.weekday, t.start_time))::api.classroom_slot_ref
    as "classroomSlot",
  b.class_date as "classDate",
  school.hhmm(b.start_time) as "startTime",
  school.hhmm(b.end_time) as "endTime",
  row(a.course_id, c.name)::api.course_ref as course,
  row(b.teacher_id, tu.card ->> 'name')::api.person_ref as teacher,
  b.status,
  b.note,
  b.original_class_date as "originalClassDate",
  b.original_classroom_slot_id as "originalClassroomSlotId",
  (
    select row(ok.id, school.class_name(c.name, ot.weekday, ot.start_time))::api.classroom_slot_ref
    from school.classroom_slots as ok
    join school.time_slot_templates as ot on ot.id = ok.time_slot_id
    where ok.id = b.original_classroom_slot_id
  ) as "originalClassroomSlot",
  b.absence_announced_at as "absenceAnnouncedAt",
  b.absence_reason as "absenceReason",
  case
    when b.marked_by is not null then row(
      b.marked_by,
      coalesce(
        (select mu.card ->> 'name' from school.users as mu where mu.id = b.marked_by), school.user_name(b.marked_by)
      )
    )::api.person_ref
  end as "markedBy",
  b.marked_at as "markedAt",
  coalesce(
    b.status <> 'cancelled'
      and a.status <> 'blocked'
      and b.class_date between (select school.markable_from()) and (select school.today()),
    false
  ) as "canMark",
  (
    -- The date is no condition: with one, all classes to come of a teacher would be looked through.
    select count(*) filter (where rb.class_date >= (select school.today()))
    from school.attendance as rb
    where rb.admission_id = b.admission_id
      and rb.status = 'scheduled'
  )::api.quantity as remaining,
  b.created_at as "createdAt",
  b.updated_at as "updatedAt",
  b.version,
  b.student_id as "studentId"
from school.attendance as b
left join school.admissions as a on a.id = b.admission_id
left join school.courses as c on c.id = a.course_id
left join school.classroom_slots as k on k.id = b.classroom_slot_id
left join school.time_slot_templates as t on t.id = k.time_slot_id
left join school.users as u on u.id = b.student_id
left join school.users as tu on tu.id = b.teacher_id;
comment on view api.attendance is 'One class of one student, dated.';
comment on column api.attendance."originalClassDate" is
  'The date before the class was first moved; null when never moved.';
comment on column api.attendance."originalClassroomSlot" is
  'The weekly class in which it was before it was first moved; null when never moved.';
comment on column api.attendance."markedBy" is 'Null until somebody marks it.';
comment on column api.attendance."canMark" is 'Whether the caller may mark it now.';
comment on column api.attendance.remaining is
  'Classes of the plan still scheduled, from today on, of those that the caller sees.';
comment on column api.attendance."absenceAnnouncedAt" is
  'When somebody said that the student will not come; the place on that date is free for others.';
grant select on api.attendance to school_admin, school_staff, school_teacher, school_student;
