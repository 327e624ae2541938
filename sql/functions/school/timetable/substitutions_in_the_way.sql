-- Dates to come on which a teacher stands in for another, as things in the way of an edit.
create or replace function school.substitutions_in_the_way(p_teacher_id uuid)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(jsonb_agg(
    jsonb_build_object(
      'kind', 'classroom_slot',
      'id', k.id,
      'classDate', s.class_date,
      'message', format('%s on %s', c.name, s.class_date)
    )
    order by s.class_date, k.id
  ), '[]')
  from school.class_substitutes as s
  join school.classroom_slots as k on k.id = s.classroom_slot_id
  join school.courses as c on c.id = k.course_id
  where s.teacher_id = p_teacher_id
    and s.class_date >= (select school.today());
$$;
comment on function school.substitutions_in_the_way(uuid) is 'The dates to come on which a teacher is a substitute.';
