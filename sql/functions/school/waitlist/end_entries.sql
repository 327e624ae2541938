-- Ends entries of the waiting list and gives back what was held for them; what has ended already stays as it is. The
-- caller holds the classes of the courses and offers the seats on (school.offer_seats).
create or replace function school.end_entries(p_entry_ids uuid[], p_status text, p_admission_id uuid default null)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform
  from school.waitlist_entries as w
  where w.id = any (p_entry_ids)
  order by w.id
  for update;
  update school.waitlist_entries as w
  set status = p_status, offer_expires_at = null, ended_at = school.clock(), admission_id = p_admission_id
  where w.id = any (p_entry_ids)
    and w.status in ('waiting', 'offered');
  delete from school.held_seats as h where h.waitlist_entry_id = any (p_entry_ids);
end;
$$;
comment on function school.end_entries(uuid[], text, uuid) is 'Ends entries of the waiting list.';
