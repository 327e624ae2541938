create view api.access_request
with (security_invoker = true)
as
select
  r.id,
  r.email,
  r.name,
  r.role,
  r.message,
  r.status,
  r.user_id as "userId",
  r.reviewed_by as "reviewedBy",
  r.reviewed_at as "reviewedAt",
  r.reason,
  r.created_at as "createdAt",
  r.updated_at as "updatedAt",
  r.version
from school.access_requests as r;
comment on view api.access_request is 'A request to be let in.';
grant select on api.access_request to school_admin;
