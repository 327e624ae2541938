-- Students read their entries of the waiting list, and no leads at all, so a name is asked for here.
-- definer: leads are not for everybody who reads the waiting list to read.
create or replace function school.name_of_waiting_lead(p_lead_id uuid)
returns text
language sql
stable
security definer
set search_path = ''
as $$
  select l.name
  from school.leads as l
  where l.id = p_lead_id
    and (auth.is_admin() or school.sees_lead(p_lead_id));
$$;
comment on function school.name_of_waiting_lead(uuid) is 'The name of a lead, for those who see it.';
grant execute on function school.name_of_waiting_lead(uuid) to school_admin, school_staff, school_student;
