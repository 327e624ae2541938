-- An admission, locked, for admins; its lead is shared first. Raises forbidden, not_found, version_mismatch.
create or replace function school.lock_admission_row(p_admission_id uuid, p_if_match bigint default null)
returns school.admissions
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_admission school.admissions;
begin
  if not auth.is_admin() then
    perform school.fail('forbidden', 'Admins do this.');
  end if;
  perform school.require_fresh_sight();
  perform school.share_lead_of(p_admission_id);
  select * into v_admission from school.admissions as a where a.id = p_admission_id for no key update;
  if not found then
    perform school.fail_not_found('admission');
  end if;
  perform school.require_version(v_admission.version, p_if_match);
  return v_admission;
end;
$$;
comment on function school.lock_admission_row(uuid, bigint) is 'An admission, locked.';
