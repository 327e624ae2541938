-- definer: entries hold seats, which nobody may write; who may change one is stated.
create function api.withdraw_waitlist_entry(p_waitlist_entry_id uuid, p_if_match bigint default null)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_entry school.waitlist_entries := school.lock_entry(p_waitlist_entry_id, p_if_match);
begin
  perform school.leave_line(array[v_entry.id], 'withdrawn');
end;
$$;
comment on function api.withdraw_waitlist_entry is
  'Takes somebody out of the waiting list; what was held is offered to the next in line. The entry stays readable.
Refusals: not_found, version_mismatch, invalid_state (it has ended).';
grant execute on function api.withdraw_waitlist_entry to school_admin, school_staff;
