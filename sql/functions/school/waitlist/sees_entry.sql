-- The policies of the waiting list, for functions that run with the owner's rights. p_to_write: students only read.
create or replace function school.sees_entry(p_entry school.waitlist_entries, p_to_write boolean default false)
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(
    auth.is_admin()
    or (p_entry).lead_owner_id = auth.user_id_as('staff')
    or (not p_to_write and (p_entry).student_id = auth.user_id_as('student')),
    false
  );
$$;
comment on function school.sees_entry(school.waitlist_entries, boolean) is
  'Whether the acting user sees, or may change, an entry of the waiting list.';
