-- definer: who loses a race for a lead no longer sees it, and is still told why.
create function api.assign_lead(
  p_lead_id uuid,
  p_owner_id uuid default null,
  p_assigned_teacher_id uuid default null,
  p_present text[] default '{}'
)
returns api.lead
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_staff_id uuid := auth.user_id_as('staff');
  v_lead school.leads;
  v_answer api.lead;
begin
  if not auth.is_admin()
    and (v_staff_id is null or p_present is distinct from '{owner_id}' or p_owner_id is distinct from v_staff_id)
  then
    perform school.fail('forbidden', 'Staff may claim an unowned lead for themselves, nothing else.');
  end if;
  select * into v_lead from school.leads as l where l.id = p_lead_id and l.deleted_at is null for update;
  if not found then
    perform school.fail_not_found('lead');
  end if;
  if not auth.is_admin() and v_lead.owner_id <> v_staff_id then
    if school.was_just_claimed(p_lead_id) then
      perform school.fail('already_claimed', 'Somebody else has claimed this lead.');
    end if;
    perform school.fail_not_found('lead');
  end if;
  update school.leads as l
  set
    owner_id = school.patched(p_present, 'owner_id', p_owner_id, l.owner_id),
    assigned_teacher_id = school.patched(p_present, 'assigned_teacher_id', p_assigned_teacher_id, l.assigned_teacher_id)
  where l.id = p_lead_id;
  select * into v_answer from api.lead as l where l.id = p_lead_id;
  return v_answer;
end;
$$;
comment on function api.assign_lead is
  'Gives a lead an owner, a teacher or both; null takes one away. Staff may claim an unowned lead for themselves.
Refusals: not_found, forbidden, already_claimed, unknown_reference, not_staff, not_a_teacher.';
grant execute on function api.assign_lead to school_admin, school_staff;
