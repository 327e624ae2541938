create view api.time_slot
with (security_invoker = true)
as
select
  t.id,
  t.weekday,
  school.hhmm(t.start_time) as "startTime",
  school.hhmm(t.end_time) as "endTime",
  t.is_active as "isActive",
  t.created_at as "createdAt",
  t.updated_at as "updatedAt",
  t.version
from school.time_slot_templates as t
where t.deleted_at is null;
comment on view api.time_slot is 'A weekly time at which classes may be held.';
comment on column api.time_slot.weekday is 'ISO weekday, 1 = Monday.';
grant select on api.time_slot to school_admin, school_staff, school_teacher, school_student;
