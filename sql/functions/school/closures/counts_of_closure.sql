create or replace function school.counts_of_closure(p_closure_id uuid)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select jsonb_build_object(
    'classes', count(*),
    'students', count(distinct b.student_id),
    'admissions', count(distinct b.admission_id)
  )
  from school.attendance as b
  where b.closure_id = p_closure_id;
$$;
comment on function school.counts_of_closure(uuid) is 'How many classes a closure cancelled, and of how many people.';
