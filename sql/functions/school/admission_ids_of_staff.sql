-- definer: a membership helper of policies.
create or replace function school.admission_ids_of_staff()
returns uuid[]
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(array_agg(a.id), '{}')
  from school.leads as l
  join school.admissions as a on a.lead_id = l.id
  where l.owner_id = auth.user_id_as('staff')
    and l.deleted_at is null;
$$;
comment on function school.admission_ids_of_staff() is 'The admissions that came of the acting staff member''s leads.';
grant execute on function school.admission_ids_of_staff() to school_staff;
