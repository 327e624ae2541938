create view api.reschedule_request
with (security_invoker = true)
as
select
  r.id,
  r.original_attendance_id as "attendanceId",
  row(r.student_id, u.card ->> 'name')::api.person_ref as student,
  row(k.course_id, c.name)::api.course_ref as course,
  row(k.teacher_id, (select tu.card ->> 'name' from school.users as tu where tu.id = k.teacher_id))::api.person_ref
    as teacher,
  r.source_class_date as "sourceClassDate",
  r.source_classroom_slot_id as "sourceClassroomSlotId",
  row(r.source_classroom_slot_id, school.class_name(c.name, st.weekday, st.start_time))::api.classroom_slot_ref
    as "sourceClassroomSlot",
  school.hhmm(st.start_time) as "sourceStartTime",
  school.hhmm(st.end_time) as "sourceEndTime",
  r.class_date as "classDate",
  r.classroom_slot_id as "classroomSlotId",
  row(r.classroom_slot_id, school.class_name(c.name, t.weekday, t.start_time))::api.classroom_slot_ref
    as "classroomSlot",
  school.hhmm(t.start_time) as "startTime",
  school.hhmm(t.end_time) as "endTime",
  r.status,
  case when r.status = 'pending' then school.would_fit(r.id) end as "wouldFit",
  r.reason,
  r.is_school_caused as "schoolCaused",
  r.is_override as override,
  row(
    r.requested_by,
    coalesce(
      (select ru.card ->> 'name' from school.users as ru where ru.id = r.requested_by),
      school.user_name(r.requested_by)
    )
  )::api.person_ref as "requestedBy",
  case
    when r.decided_by is not null then row(
      r.decided_by,
      coalesce(
        (select du.card ->> 'name' from school.users as du where du.id = r.decided_by), school.user_name(r.decided_by)
      )
    )::api.person_ref
  end as "decidedBy",
  r.decided_at as "decidedAt",
  r.decision_reason as "decisionReason",
  r.created_at as "createdAt",
  r.updated_at as "updatedAt",
  r.version
from school.reschedule_requests as r
left join school.users as u on u.id = r.student_id
left join school.classroom_slots as k on k.id = r.classroom_slot_id
left join school.courses as c on c.id = k.course_id
left join school.time_slot_templates as t on t.id = k.time_slot_id
left join school.classroom_slots as sk on sk.id = r.source_classroom_slot_id
left join school.time_slot_templates as st on st.id = sk.time_slot_id;
comment on view api.reschedule_request is 'A request to move one class of a student.';
comment on column api.reschedule_request."sourceClassDate" is 'The date of the class when the move was asked for.';
comment on column api.reschedule_request.teacher is 'Who teaches both weekly classes.';
comment on column api.reschedule_request."wouldFit" is
  'Whether it would be approved now, as far as rules and seats go; null unless pending.';
comment on column api.reschedule_request."classDate" is 'The wanted date.';
comment on column api.reschedule_request."schoolCaused" is
  'The school is the cause: it does not count as a move of the plan and meets no limit of the school''s policy.';
comment on column api.reschedule_request."decidedBy" is
  'Who approved, rejected or withdrew it, or whose act closed it; null until then, and when the system did.';
comment on column api.reschedule_request.override is 'An admin lets it go beyond the limits of the school''s policy.';
grant select on api.reschedule_request to school_admin, school_staff, school_teacher, school_student;
