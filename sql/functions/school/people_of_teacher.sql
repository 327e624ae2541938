-- definer: a membership helper of policies.
create or replace function school.people_of_teacher()
returns uuid[]
language sql
stable
security definer
set search_path = ''
as $$
  select array_agg(p.id)
  from (
    select auth.user_id_as('teacher') as id
    union
    select a.student_id
    from school.admissions as a
    where a.id = any (school.admission_ids_of_teacher())
  ) as p
  where p.id is not null;
$$;
comment on function school.people_of_teacher() is 'The acting teacher and the students they teach.';
grant execute on function school.people_of_teacher() to school_teacher;
