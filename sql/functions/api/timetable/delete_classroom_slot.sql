create function api.delete_classroom_slot(p_classroom_slot_id uuid, p_if_match bigint default null)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_version bigint;
begin
  perform school.lock_leads_of_trials(p_classroom_slot_id);
  select k.version into v_version
  from school.classroom_slots as k
  where k.id = p_classroom_slot_id
    and k.deleted_at is null
  for update;
  perform school.require_row('classroom slot', v_version, p_if_match);
  update school.classroom_slots set deleted_at = school.clock() where id = p_classroom_slot_id;
end;
$$;
comment on function api.delete_classroom_slot is 'Deletes a weekly class without seated students.
Trials booked in it are cancelled.
Refusals: not_found, version_mismatch, in_use.';
grant execute on function api.delete_classroom_slot to school_admin;
