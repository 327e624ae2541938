create function api.get_waitlist_entry(p_waitlist_entry_id uuid)
returns api.waitlist_entry
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_answer api.waitlist_entry;
begin
  select * into v_answer from api.waitlist_entry as w where w.id = p_waitlist_entry_id;
  if not found then
    perform school.fail_not_found('entry of the waiting list');
  end if;
  return v_answer;
end;
$$;
comment on function api.get_waitlist_entry is 'An entry of the waiting list.
Refusals: not_found.';
grant execute on function api.get_waitlist_entry to school_admin, school_staff, school_student;
