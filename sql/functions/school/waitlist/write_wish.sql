-- The time slots of an entry, as they are wanted from now on; none are any.
create or replace function school.write_wish(p_entry_id uuid, p_time_slot_ids uuid[])
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  delete from school.waitlist_time_slots as ws
  where ws.waitlist_entry_id = p_entry_id
    and ws.time_slot_id <> all (coalesce(p_time_slot_ids, '{}'));
  insert into school.waitlist_time_slots (waitlist_entry_id, time_slot_id)
  select p_entry_id, i
  from unnest(p_time_slot_ids) as i
  on conflict do nothing;
$$;
comment on function school.write_wish(uuid, uuid[]) is 'Writes the time slots that somebody who waits would take.';
