-- definer: a deleted lead is out of its owner's sight, and a row may not leave the sight of who updates it.
create function api.delete_lead(p_lead_id uuid, p_if_match bigint default null)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_lead school.leads := school.require_lead(p_lead_id);
begin
  if not auth.is_admin() and v_lead.owner_id is distinct from auth.user_id_as('staff') then
    perform school.fail('forbidden', 'Staff delete the leads they own; claim an unowned one first.');
  end if;
  perform school.require_version(v_lead.version, p_if_match);
  update school.leads set deleted_at = school.clock() where id = p_lead_id;
end;
$$;
comment on function api.delete_lead is 'Deletes a lead; an admin can restore it.
Refusals: not_found, forbidden, version_mismatch.';
grant execute on function api.delete_lead to school_admin, school_staff;
