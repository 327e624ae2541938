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
  case when r.user_id is not null then row(r.user_id, u.card ->> 'name')::api.person_ref end as "user",
  case when r.reviewed_by is not null then row(r.reviewed_by, ru.card ->> 'name')::api.person_ref end as "reviewedBy",
  r.reviewed_at as "reviewedAt",
  r.reason,
  r.created_at as "createdAt",
  r.updated_at as "updatedAt",
  r.version
from school.access_requests as r
left join school.users as u on u.id = r.user_id
left join school.users as ru on ru.id = r.reviewed_by;
comment on view api.access_request is 'A request to be let in.';
comment on column api.access_request."user" is 'Who was let in; null until then.';
comment on column api.access_request."reviewedBy" is 'Null until somebody decides.';
grant select on api.access_request to school_admin;
