-- Running admissions (active or blocked) as things in the way of an edit; null arguments do not narrow.
create or replace function school.admissions_in_the_way(
  p_course_id uuid default null,
  p_course_plan_id uuid default null,
  p_student_id uuid default null
)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(jsonb_agg(
    jsonb_build_object('kind', 'admission', 'id', a.id, 'message', format('%s in %s', u.name, c.name))
    order by a.created_at, a.id
  ), '[]')
  from school.admissions as a
  join school.users as u on u.id = a.student_id
  join school.courses as c on c.id = a.course_id
  where a.status in ('active', 'blocked')
    and (p_course_id is null or a.course_id = p_course_id)
    and (p_course_plan_id is null or a.course_plan_id = p_course_plan_id)
    and (p_student_id is null or a.student_id = p_student_id);
$$;
comment on function school.admissions_in_the_way(uuid, uuid, uuid) is
  'The running admissions of a course, plan or student.';
