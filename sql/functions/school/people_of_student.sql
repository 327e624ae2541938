-- definer: a membership helper of policies.
create or replace function school.people_of_student()
returns uuid[]
language sql
stable
security definer
set search_path = ''
as $$
  select array_agg(p.id)
  from (
    select auth.user_id_as('student') as id
    union
    select b.teacher_id
    from school.attendance as b
    where b.student_id = auth.user_id_as('student')
    union
    select k.teacher_id
    from school.classroom_enrollments as e
    join school.classroom_slots as k on k.id = e.classroom_slot_id
    where e.student_id = auth.user_id_as('student')
  ) as p
  where p.id is not null;
$$;
comment on function school.people_of_student() is 'The acting student and the teachers they have.';
grant execute on function school.people_of_student() to school_student;
