-- Who may book for whom, and whether both ids name something the caller can use. Staff book for leads they own.
-- Raises forbidden, unknown_reference.
create or replace function school.require_trial_rights(p_lead_id uuid, p_classroom_slot_id uuid, p_override boolean)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_is_admin boolean := auth.is_admin();
  v_staff_id uuid := auth.user_id_as('staff');
  v_errors jsonb;
begin
  if not v_is_admin and v_staff_id is null then
    perform school.fail('forbidden', 'Staff and admins book trials.');
  end if;
  if p_override and not v_is_admin then
    perform school.fail('forbidden', 'Only admins go beyond the number of trials.');
  end if;
  select jsonb_agg(jsonb_build_object('pointer', '/' || m.member, 'message', 'unknown') order by m.member desc)
  into v_errors
  from (values
    ('leadId', school.sees_lead(p_lead_id)),
    ('classroomSlotId', exists (
      select from school.classroom_slots as k where k.id = p_classroom_slot_id and k.deleted_at is null
    ))
  ) as m (member, is_known)
  where not m.is_known;
  if v_errors is not null then
    perform school.fail(
      'unknown_reference', 'Some ids name nothing that you can use.', jsonb_build_object('errors', v_errors)
    );
  end if;
  if not v_is_admin
    and (select l.owner_id from school.leads as l where l.id = p_lead_id) is distinct from v_staff_id
  then
    perform school.fail('forbidden', 'Claim the lead before you book a trial for it.');
  end if;
end;
$$;
comment on function school.require_trial_rights(uuid, uuid, boolean) is
  'Refuses who may not book this trial, and ids that name nothing.';
