-- definer: a membership helper of policies.
create or replace function school.admission_ids_of_student()
returns uuid[]
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(array_agg(a.id), '{}')
  from school.admissions as a
  where a.student_id = auth.user_id_as('student');
$$;
comment on function school.admission_ids_of_student() is 'The acting student''s own admissions.';
grant execute on function school.admission_ids_of_student() to school_student;
