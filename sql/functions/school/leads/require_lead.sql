-- Locks a lead the acting user may see and answers it; visible are all to admins, own and unowned to staff, assigned to
-- teachers. Raises not_found.
create or replace function school.require_lead(p_lead_id uuid)
returns school.leads
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_lead school.leads;
  v_is_admin boolean := auth.is_admin();
  v_staff_id uuid := auth.user_id_as('staff');
  v_teacher_id uuid := auth.user_id_as('teacher');
begin
  select *
  into v_lead
  from school.leads as l
  where l.id = p_lead_id
    and l.deleted_at is null
    and (
      v_is_admin
      or l.owner_id = v_staff_id
      or (l.owner_id is null and v_staff_id is not null)
      or l.assigned_teacher_id = v_teacher_id
    )
  for update;
  if not found then
    perform school.fail_not_found('lead');
  end if;
  return v_lead;
end;
$$;
comment on function school.require_lead(uuid) is 'A visible lead, locked.';
