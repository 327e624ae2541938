create view api.course
with (security_invoker = true)
as
select
  t.id,
  t.instrument_id as "instrumentId",
  json_build_object('id', t.instrument_id, 'name', i.name) as instrument,
  t.name,
  t.description,
  t.created_at as "createdAt",
  t.updated_at as "updatedAt",
  t.version
from school.courses as t
left join school.instruments as i on i.id = t.instrument_id
where t.deleted_at is null;
comment on view api.course is 'A course of one instrument.';
comment on column api.course.instrument is '{id, name}';
grant select on api.course to school_admin, school_staff, school_teacher, school_student;
