-- definer: who began an entry is not among the columns of all who see leads; sight is that of the waiting list.
create or replace function school.waiting_of_lead(p_lead_id uuid)
returns setof school.waitlist_entries
language sql
stable
security definer
set search_path = ''
as $$
  select w.*
  from school.waitlist_entries as w
  where w.lead_id = p_lead_id
    and school.sees_entry(w);
$$;
comment on function school.waiting_of_lead(uuid) is
  'What a lead waits or waited for, for those who see these entries.';
grant execute on function school.waiting_of_lead(uuid) to school_admin, school_staff, school_teacher;
