create view api.person
with (security_invoker = true)
as
select
  u.id,
  u.card ->> 'name' as name,
  u.role
from school.users as u
where u.deleted_at is null;
comment on view api.person is 'A user as everybody else sees it: name and role only.';
grant select on api.person to school_admin, school_staff, school_teacher, school_student;
