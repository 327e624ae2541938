-- definer: entries hold seats, which nobody may write; who may change one is stated.
create function api.decline_waitlist_entry(p_waitlist_entry_id uuid)
returns api.waitlist_entry
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_entry school.waitlist_entries := school.lock_entry(p_waitlist_entry_id, null);
  v_answer api.waitlist_entry;
begin
  if v_entry.status <> 'offered' then
    perform school.fail('invalid_state', 'Nothing is offered.');
  end if;
  perform school.leave_line(array[v_entry.id], 'declined');
  select * into v_answer from api.waitlist_entry as w where w.id = p_waitlist_entry_id;
  return v_answer;
end;
$$;
comment on function api.decline_waitlist_entry is
  'Turns an offer down; the seats are offered to the next in line, and the entry leaves it.
Refusals: not_found, invalid_state (nothing is offered).';
grant execute on function api.decline_waitlist_entry to school_admin, school_staff;
