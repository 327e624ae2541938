create or replace function school.teachers_of(p_admission_id uuid)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(jsonb_agg(t.id order by t.id), '[]')
  from (
    select k.teacher_id
    from school.classroom_enrollments as e
    join school.classroom_slots as k on k.id = e.classroom_slot_id
    where e.admission_id = p_admission_id
    union
    select b.teacher_id
    from school.attendance as b
    where b.admission_id = p_admission_id
  ) as t (id);
$$;
comment on function school.teachers_of(uuid) is
  'The teachers of the weekly and of the dated classes of an admission, in whatever state, as an array of ids.';
