-- Who sees which lead, for functions that run with the owner's rights. The policies of leads, lead_notes and lead_tags
-- say the same of their rows to everybody else, as keys on the row: a policy that read from here would be judged late,
-- and tell of what it hides. A test compares the two.
-- Asked for one viewer_id, the viewer's own or the nil UUID, each arm is one range of an index that begins with who
-- sees the lead, and the arms of other roles are not run.
create view school.lead_sight
with (security_invoker = true)
as
select 'staff' as viewer_role, l.owner_id as viewer_id, l.id, l.phone_key, l.email
from school.leads as l
where l.deleted_at is null
union all
select 'staff', '00000000-0000-0000-0000-000000000000', l.id, l.phone_key, l.email
from school.leads as l
where l.deleted_at is null
  and l.owner_id is null
union all
select 'teacher', l.assigned_teacher_id, l.id, l.phone_key, l.email
from school.leads as l
where l.deleted_at is null
  and l.assigned_teacher_id is not null
union all
select 'admin', '00000000-0000-0000-0000-000000000000', l.id, l.phone_key, l.email
from school.leads as l
where l.deleted_at is null
union all
select 'super_admin', '00000000-0000-0000-0000-000000000000', l.id, l.phone_key, l.email
from school.leads as l
where l.deleted_at is null;
comment on view school.lead_sight is
  'Which leads whom are shown: admins all, staff their own and the unowned, teachers those assigned to them.';
comment on column school.lead_sight.viewer_id is 'The one who sees the lead; the nil UUID: everybody of that role.';
-- no grants: everybody else reads school.leads under its policies
