-- What only the old role may have does not stay behind: leads go back to nobody, a teacher's courses and leads to be
-- shown are taken away (classes and plans in the way were refused by school.guard_user), and e-mails about the old work
-- that are not sent yet are not sent. Who is given a lead or a course meanwhile waits for this, or this for them.
-- Raises what school.require_fresh_sight raises: a lead or course given meanwhile could not be seen.
-- definer: leads, courses and the outbox are judged over all rows.
create or replace function school.leave_role()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_owners text[] := array['staff', 'admin', 'super_admin'];
  v_leaves_leads boolean := old.role = any (v_owners) and new.role <> all (v_owners);
begin
  if v_leaves_leads or old.role = 'teacher' then
    perform school.require_fresh_sight();
  end if;
  if v_leaves_leads then
    update school.leads set owner_id = null where owner_id = new.id;
  end if;
  if old.role = 'teacher' then
    update school.leads set assigned_teacher_id = null where assigned_teacher_id = new.id;
    delete from school.course_teachers where teacher_id = new.id;
  end if;
  delete from school.deliveries
  where recipient_user_id = new.id
    and status = 'pending'
    and event_id is not null;
  return null;
end;
$$;
comment on function school.leave_role() is
  'Trigger: who changes role leaves nothing behind that the new one may not have.';

create or replace trigger leave_role
after update of role on school.users
for each row
when (old.role <> new.role)
execute function school.leave_role();
