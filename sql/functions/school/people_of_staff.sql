-- The students and teachers of their leads, and themselves. All teachers besides are the policy's matter.
-- definer: a membership helper of policies.
create or replace function school.people_of_staff()
returns uuid[]
language sql
stable
security definer
set search_path = ''
as $$
  select array_agg(p.id)
  from (
    select auth.user_id_as('staff') as id
    union
    select a.student_id
    from school.leads as l
    join school.admissions as a on a.lead_id = l.id
    where l.owner_id = auth.user_id_as('staff')
      and l.deleted_at is null
  ) as p
  where p.id is not null;
$$;
comment on function school.people_of_staff() is 'The acting staff member and the students of their leads.';
grant execute on function school.people_of_staff() to school_staff;
