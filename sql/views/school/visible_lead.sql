-- Which leads the acting user sees, for functions that run with the owner's rights. The policies of leads, lead_notes
-- and lead_tags say the same of themselves, as keys on the row, for everybody else: a policy that read from here would
-- be judged late, and tell of what it hides. A test compares the two.
-- An arm for each way to see a lead, so that an index on who sees it serves each.
create view school.visible_lead
with (security_invoker = true)
as
select l.*
from auth.identity() as i
cross join lateral (
  select * from school.leads where i.role in ('admin', 'super_admin')
  union all
  select * from school.leads where i.role = 'staff' and owner_id = i.user_id
  union all
  select * from school.leads where i.role = 'staff' and owner_id is null
  union all
  select * from school.leads where i.role = 'teacher' and assigned_teacher_id = i.user_id
) as l
where l.deleted_at is null;
comment on view school.visible_lead is 'The leads the acting user sees: admins all, staff their own and the unowned, teachers those assigned to them.';
-- no grants: everybody else reads school.leads under its policies
