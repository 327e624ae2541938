create view api.trial
with (security_invoker = true)
as
select
  x.id,
  school.lead_of_trial(x.id) as lead,
  x.classroom_slot_id as "classroomSlotId",
  row(x.classroom_slot_id, school.class_name(c.name, t.weekday, t.start_time))::api.classroom_slot_ref
    as "classroomSlot",
  x.class_date as date,
  school.hhmm(x.start_time) as "startTime",
  school.hhmm(x.end_time) as "endTime",
  row(x.course_id, c.name)::api.course_ref as course,
  row(x.teacher_id, u.card ->> 'name')::api.person_ref as teacher,
  x.status,
  x.note,
  x.created_at as "createdAt",
  x.updated_at as "updatedAt",
  x.version
from school.trials as x
left join school.classroom_slots as k on k.id = x.classroom_slot_id
left join school.time_slot_templates as t on t.id = k.time_slot_id
left join school.courses as c on c.id = x.course_id
left join school.users as u on u.id = x.teacher_id;
comment on view api.trial is 'A lead sitting in one class on one date.';
comment on column api.trial.teacher is 'Who teaches the class on that date.';
comment on column api.trial.note is 'What was noted with the outcome.';
grant select on api.trial to school_admin, school_staff, school_teacher;
