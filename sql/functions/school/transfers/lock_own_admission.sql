-- An admission, locked with those it renewed, for admins and for the staff member who owns its lead, which is shared
-- first. One that is out of reach is not waited for, and what was waited for is judged again.
-- Raises not_found, forbidden (nobody owns the lead).
create or replace function school.lock_own_admission(p_admission_id uuid)
returns school.admissions
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_admission school.admissions;
begin
  perform school.require_fresh_sight();
  perform school.require_own_admission(p_admission_id);
  perform school.share_lead_of(p_admission_id);
  perform school.lock_renewed(p_admission_id);
  perform school.require_own_admission(p_admission_id);
  select * into v_admission from school.admissions as a where a.id = p_admission_id;
  return v_admission;
end;
$$;
comment on function school.lock_own_admission(uuid) is 'An admission of a lead that the acting user owns, locked.';
