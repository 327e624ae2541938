-- Who may enter whom, and whether every id names something they can use. Staff enter the leads they own.
-- Raises invalid_request, forbidden, unknown_reference.
create or replace function school.require_waiting_rights(p_entry school.waitlist_entries, p_time_slot_ids uuid[])
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_owner_id uuid;
  v_errors jsonb;
begin
  if num_nonnulls((p_entry).lead_id, (p_entry).student_id) = 2 then
    perform school.fail_value('studentId', 'is given besides leadId; give one of them');
  end if;
  if num_nonnulls((p_entry).lead_id, (p_entry).student_id) = 0 then
    perform school.fail_value('leadId', 'is missing, and so is studentId; give one of them');
  end if;
  if not auth.is_admin() and (p_entry).lead_id is null then
    perform school.fail('forbidden', 'Staff enter the leads they own: leadId is missing.');
  end if;
  v_errors := school.unknown_wish_references(
    (p_entry).lead_id, (p_entry).student_id, (p_entry).course_id, (p_entry).course_plan_id, p_time_slot_ids,
    (p_entry).teacher_id
  );
  if v_errors <> '[]' then
    perform school.fail(
      'unknown_reference', 'Some ids name nothing that you can use.', jsonb_build_object('errors', v_errors)
    );
  end if;
  select l.owner_id into v_owner_id from school.leads as l where l.id = (p_entry).lead_id;
  if not auth.is_admin() and v_owner_id is distinct from auth.user_id_as('staff') then
    perform school.fail('forbidden', 'Claim the lead before you enter it.');
  end if;
end;
$$;
comment on function school.require_waiting_rights(school.waitlist_entries, uuid[]) is
  'Refuses who may not enter somebody into the waiting list, and ids that name nothing.';
