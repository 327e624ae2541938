create view api.course
with (security_invoker = true)
as
select
  c.id,
  c.instrument_id as "instrumentId",
  row(c.instrument_id, i.name)::api.instrument_ref as instrument,
  c.name,
  c.description,
  c.created_at as "createdAt",
  c.updated_at as "updatedAt",
  c.version
from school.courses as c
left join school.instruments as i on i.id = c.instrument_id
where c.deleted_at is null;
comment on view api.course is 'A course of one instrument.';
grant select on api.course to school_admin, school_staff, school_teacher, school_student;
