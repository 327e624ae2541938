-- definer: a membership helper of policies.
create or replace function school.lead_ids_of_staff()
returns uuid[]
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(array_agg(l.id), '{}')
  from school.leads as l
  where l.owner_id = auth.user_id_as('staff')
    and l.deleted_at is null;
$$;
comment on function school.lead_ids_of_staff() is 'The leads the acting staff member owns.';
grant execute on function school.lead_ids_of_staff() to school_staff;
