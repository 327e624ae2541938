-- An entry of the waiting list that the acting user may change, locked: its lead, time slots that it is to name, the
-- classes of its course, itself.
-- One that is out of sight is not waited for; what was waited for may have left the sight meanwhile.
-- Raises not_found, version_mismatch, invalid_state.
create or replace function school.lock_entry(
  p_entry_id uuid,
  p_if_match bigint,
  p_time_slot_ids uuid[] default null
)
returns school.waitlist_entries
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_entry school.waitlist_entries;
begin
  select * into v_entry from school.waitlist_entries as w where w.id = p_entry_id;
  if not school.sees_entry(v_entry, p_to_write => true) or v_entry.id is null then
    perform school.fail_not_found('entry of the waiting list');
  end if;
  perform from school.leads as l where l.id = v_entry.lead_id for share;
  perform from school.time_slot_templates as t where t.id = any (p_time_slot_ids) order by t.id for share;
  perform school.lock_classes_of_courses(array[v_entry.course_id]);
  select * into v_entry from school.waitlist_entries as w where w.id = p_entry_id for update;
  if not school.sees_entry(v_entry, p_to_write => true) then
    perform school.fail_not_found('entry of the waiting list');
  end if;
  perform school.require_version(v_entry.version, p_if_match);
  if v_entry.ended_at is not null then
    perform school.fail('invalid_state', format('The entry is %s.', v_entry.status));
  end if;
  return v_entry;
end;
$$;
comment on function school.lock_entry(uuid, bigint, uuid[]) is 'An entry of the waiting list that goes on, locked.';
