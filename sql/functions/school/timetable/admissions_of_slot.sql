create or replace function school.admissions_of_slot(p_classroom_slot_id uuid, p_date date)
returns uuid[]
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(array_agg(p.admission_id), '{}')
  from (
    select b.admission_id
    from school.attendance as b
    where b.classroom_slot_id = p_classroom_slot_id
      and b.class_date = coalesce(p_date, b.class_date)
    union
    select e.admission_id
    from school.classroom_enrollments as e
    where e.classroom_slot_id = p_classroom_slot_id
      and p_date is null
  ) as p;
$$;
comment on function school.admissions_of_slot(uuid, date) is
  'The admissions of whoever sits, sat or is expected in a weekly class; on one date unless that is null.';
