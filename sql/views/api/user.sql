create view api.user
with (security_invoker = true)
as
select
  u.id,
  u.name,
  u.email,
  u.phone,
  u.role,
  u.status,
  u.created_at as "createdAt",
  u.updated_at as "updatedAt",
  u.version
from school.users as u
where u.deleted_at is null;
comment on view api.user is 'A user, whole, as admins see it.';
grant select on api.user to school_admin;
