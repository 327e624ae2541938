-- Whoever sits or sat in their weekly classes, and whoever they meet on single dates: as a substitute or after a
-- move, from sixty days back on.
-- definer: a membership helper of policies.
create or replace function school.admission_ids_of_teacher()
returns uuid[]
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(array_agg(p.admission_id), '{}')
  from (
    select e.admission_id
    from school.classroom_slots as k
    join school.classroom_enrollments as e on e.classroom_slot_id = k.id
    where k.teacher_id = auth.user_id_as('teacher')
    union
    select b.admission_id
    from school.attendance as b
    where b.teacher_id = auth.user_id_as('teacher')
      and b.class_date >= school.today() - 60
  ) as p;
$$;
comment on function school.admission_ids_of_teacher() is 'The admissions of the students whom the acting teacher teaches.';
grant execute on function school.admission_ids_of_teacher() to school_teacher;
