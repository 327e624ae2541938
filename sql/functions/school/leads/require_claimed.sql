-- Of a lead that the caller sees, and may change when it is theirs: staff claim an unowned one first, admins need not.
-- Raises not_found, forbidden.
create or replace function school.require_claimed(p_lead_id uuid)
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_owner_id uuid;
begin
  select l.owner_id into v_owner_id from school.leads as l where l.id = p_lead_id and l.deleted_at is null;
  if not found then
    perform school.fail_not_found('lead');
  end if;
  if not auth.is_admin() and v_owner_id is distinct from auth.user_id() then
    perform school.fail('forbidden', 'Claim the lead first.');
  end if;
end;
$$;
comment on function school.require_claimed(uuid) is 'Refuses what is done to a lead by who does not own it.';
grant execute on function school.require_claimed(uuid) to school_admin, school_staff;
