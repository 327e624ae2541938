-- The plans for which not every class that a closure cancelled finds another date, as conflicts; p_added are those that
-- did (school.append_classes).
create or replace function school.closure_conflicts(p_closure_id uuid, p_added jsonb)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  with found as (
    select (a.value ->> 'admissionId')::uuid as admission_id, count(*) as classes
    from jsonb_array_elements(p_added) as a
    group by 1
  ),
  lost as (
    select b.admission_id, count(*) as classes
    from school.attendance as b
    where b.closure_id = p_closure_id
    group by b.admission_id
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'code', 'no_class_dates',
    'admissionId', l.admission_id,
    'student', u.card,
    'message', format(
      '%s of %s classes find no other date within three years.', l.classes - coalesce(f.classes, 0), l.classes
    )
  )), '[]')
  from lost as l
  join school.admissions as a on a.id = l.admission_id
  join school.users as u on u.id = a.student_id
  left join found as f on f.admission_id = l.admission_id
  where coalesce(f.classes, 0) < l.classes;
$$;
comment on function school.closure_conflicts(uuid, jsonb) is 'The plans that a closure leaves with too few classes.';
