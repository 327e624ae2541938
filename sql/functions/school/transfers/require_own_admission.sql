-- Raises not_found, forbidden (nobody owns the lead).
create or replace function school.require_own_admission(p_admission_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_is_admin boolean := auth.is_admin();
  v_admission record;
begin
  select a.id, a.lead_id, a.lead_owner_id
  into v_admission
  from school.admissions as a
  where a.id = p_admission_id;
  if v_admission.id is null or not (v_is_admin or coalesce(school.sees_lead(v_admission.lead_id), false)) then
    perform school.fail_not_found('admission');
  end if;
  if not v_is_admin and v_admission.lead_owner_id is distinct from auth.user_id_as('staff') then
    perform school.fail('forbidden', 'Claim the lead before you change its admission.');
  end if;
end;
$$;
comment on function school.require_own_admission(uuid) is
  'Refuses an admission to all but admins and the staff member who owns its lead.';
